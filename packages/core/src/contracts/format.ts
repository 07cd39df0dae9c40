import type { DefinitionBase, OptionsSchema } from './definition.js'
import type { ForeignTensor } from './model.js'

/** A file format of weights. Readers trust nothing: they parse by allow-list, with limits, and execute nothing. */
export interface FormatDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'format',
  S
> {
  /** Lower-case file name endings with the dot; they decide for a file that no format recognises by its contents. */
  readonly extensions: readonly string[]
  /** Whether a file whose first bytes (at most 512) are `start` is of this format: contents decide, not the name. */
  recognises?(start: Uint8Array): boolean
  /**
   * Reads every floating-point array of a file. Arrays inside groups have the groups in their names,
   * `state_dict_ema.conv1.weight`; which group to load is decided by what fits the model.
   *
   * Throws UMBRA_FILE_MISSING, UMBRA_FILE_CORRUPT or UMBRA_WEIGHTS_FORMAT.
   *
   * @param skip called with name and type of each array that is left out, such as a mask of booleans
   */
  read(path: string, skip?: (name: string, type: string) => void): Promise<readonly ForeignTensor[]>
}

/** Checks the type of a weight format and freezes it. */
export function defineFormat<const S extends OptionsSchema>(
  format: Omit<FormatDefinition<S>, 'kind'>,
): FormatDefinition<S> {
  return Object.freeze({ kind: 'format', ...format })
}
