import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Dataset, ModelChoice } from '@umbra/core'
import { type Registry, buildModel } from '@umbra/core/trainer'
import { canonicalJson } from '@umbra/core/files'

/** The cost of a model in memory and time. */
export interface ModelSize {
  /** In numbers of 4 bytes. */
  readonly parameters: number
  /** All layers' outputs for one image, in numbers of 4 bytes. */
  readonly activations: number
  /** Multiply-adds of the forward pass of one image. */
  readonly macs: number
}

/** The size of one of the registry's models. */
export type ModelSizes = (choice: ModelChoice) => ModelSize

/**
 * Builds each model once and remembers its size.
 *
 * @param known sizes of models that were built before, by the choice as canonical JSON
 */
export function createModelSizes(
  registry: Registry,
  dataset: Pick<Dataset, 'shape' | 'classes'>,
  known: ReadonlyMap<string, ModelSize> = new Map(),
): ModelSizes {
  const sizes = new Map(known)
  return (choice) => {
    const key = canonicalJson(choice)
    const measured = sizes.get(key)
    if (measured !== undefined) return measured
    const { model } = buildModel(registry, choice, dataset, 0)
    const size = sizeOf(model)
    model.dispose()
    sizes.set(key, size)
    return size
  }
}

/** The size of a model. */
export function sizeOf(model: LayersModel): ModelSize {
  let activations = 0
  let macs = 0
  for (const { output, weights } of model.layers)
    for (const { shape } of Array.isArray(output) ? output : [output]) {
      activations += product(shape)
      // A kernel is applied at every place of its output: once for a dense layer, height x width times for a convolution.
      const kernels = weights.filter((weight) => weight.shape.length > 1)
      macs += kernels.reduce((sum, kernel) => sum + product(kernel.shape), 0) * product(shape.slice(1, -1))
    }
  return { parameters: model.countParams(), activations, macs }
}

/** Elements of a shape; the batch counts as one. */
const product = (shape: readonly (number | null)[]): number =>
  shape.reduce<number>((all, n) => all * (n ?? 1), 1)
