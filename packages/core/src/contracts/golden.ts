import type { Tensor } from '@tensorflow/tfjs-core'
import type { DefinitionBase, OptionsSchema } from './definition.js'

/** One case of a folder of published numbers, its inputs uploaded as float32. */
export interface GoldenCase {
  readonly method: string
  readonly id: string
  readonly name: string
  /** What of the outputs is to be compared. */
  readonly check: 'loss+grads' | 'loss' | 'outputs' | 'none'
  readonly hyper: Readonly<Record<string, unknown>>
  /** In the layout of the file (`NCHW` for feature maps). */
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly labels?: readonly number[]
  readonly layout?: string
  readonly note?: string
}

/** What this project computes for a case; keys as in the file's `outputs`. Gradients are in the layout of the inputs. */
export interface GoldenOutcome {
  readonly loss?: Tensor
  readonly terms?: Readonly<Record<string, Tensor>>
  readonly extra?: Readonly<Record<string, Tensor>>
  readonly grads?: Readonly<Record<string, Tensor>>
}

/** How the cases of one family (`id` = their `method`) are computed with a plugin's own methods. */
export interface GoldenDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'golden',
  S
> {
  /** Undefined for a case this project deliberately has no counterpart of; its reason is then in `summary`. */
  evaluate(golden: GoldenCase): GoldenOutcome | undefined
}

/** Checks the type of a golden definition and freezes it. */
export function defineGolden<const S extends OptionsSchema>(
  golden: Omit<GoldenDefinition<S>, 'kind'>,
): GoldenDefinition<S> {
  return Object.freeze({ kind: 'golden', ...golden })
}
