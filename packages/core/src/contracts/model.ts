import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { z } from 'zod'
import type { DefinitionBase, OptionsSchema } from './definition.js'

/** What a model is built for. */
export interface ModelContext {
  /** `[height, width, channels]`. */
  readonly inputShape: readonly [number, number, number]
  readonly classes: number
  /** A seed for a layer's initialiser, derived from the run's seed and the layer's name. */
  readonly seedFor: (layer: string) => number
}

/** One named array of a foreign weight file. */
export interface ForeignTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Values for a model's own weights by their names (`layer/kernel`), already in the layout of tfjs. */
export type NamedWeights = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array }
>

/**
 * A family member that can be built. The model has one input, the images, and one output `[batch, classes]`: logits, not
 * probabilities. Builds from one seed have the same weights under the same names and share nothing. All of it is checked
 * before anything is trained.
 */
export interface ModelDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<'model', S> {
  // Method syntax: a definition with its own options must fit where definitions of any options are listed.
  build(context: ModelContext, options: z.output<S>): LayersModel
  /** Aliases of layer names for taps: `{ stage2: 'stage2_block3_out' }`. */
  readonly taps: Readonly<Record<string, string>>
  /**
   * Options that a foreign weight file implies (the kind of shortcut, say), merged under the user's own before building.
   */
  optionsFor?(foreign: readonly ForeignTensor[]): Partial<z.output<S>>
  /** Maps another framework's weights to this model's. Throws UMBRA_WEIGHTS_MISMATCH naming the first tensor that does not fit. */
  importWeights?(foreign: readonly ForeignTensor[], model: LayersModel, source: string): NamedWeights
}

/**
 * Checks the type of a model and freezes it.
 *
 * @example
 * const linear = defineModel({
 *   id: 'linear',
 *   summary: 'One dense layer.',
 *   options: z.strictObject({}),
 *   taps: { pixels: 'pixels' },
 *   build: ({ inputShape, classes, seedFor }) =>
 *     tfl.sequential({
 *       layers: [
 *         tfl.layers.flatten({ name: 'pixels', inputShape: [...inputShape] }),
 *         tfl.layers.dense({
 *           name: 'logits',
 *           units: classes,
 *           kernelInitializer: tfl.initializers.glorotUniform({ seed: seedFor('logits') }),
 *         }),
 *       ],
 *     }),
 * })
 */
export function defineModel<const S extends OptionsSchema>(
  model: Omit<ModelDefinition<S>, 'kind'>,
): ModelDefinition<S> {
  return Object.freeze({ kind: 'model', ...model })
}
