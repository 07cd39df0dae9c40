import type { DefinitionBase, OptionsSchema } from './definition.js'
import type { ForeignTensor } from './model.js'

/** A file format of weights. Readers trust nothing: they parse by allow-list, with limits, and execute nothing. */
export interface FormatDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'format',
  S
> {
  /** Lower-case file name endings with the dot. */
  readonly extensions: readonly string[]
  /** Reads every floating-point array of a file. Throws UMBRA_FILE_MISSING, UMBRA_FILE_CORRUPT or UMBRA_WEIGHTS_FORMAT. */
  read(path: string): Promise<readonly ForeignTensor[]>
}

/** Checks the type of a weight format and freezes it. */
export function defineFormat<const S extends OptionsSchema>(
  format: Omit<FormatDefinition<S>, 'kind'>,
): FormatDefinition<S> {
  return Object.freeze({ kind: 'format', ...format })
}
