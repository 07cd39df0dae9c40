import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Sizes a model's memory is reckoned from, in numbers of 4 bytes. */
export interface ModelSize {
  readonly parameters: number
  /** All layers' outputs for one image. */
  readonly activations: number
}

export function sizeOf(model: LayersModel): ModelSize {
  const outputs = model.layers.flatMap(({ output }) => (Array.isArray(output) ? output : [output]))
  const activations = outputs.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((product, n) => product * (n ?? 1), 1),
    0,
  )
  return { parameters: model.countParams(), activations }
}

const BYTES = 4

/**
 * An estimate of the bytes an arm needs while it is trained: its activations and their gradients for a batch, its weights
 * with gradient, momentum and moments, and the weights of its best epoch. Operations inside a layer and a method's own
 * tensors are covered by counting activations three times.
 */
export const armBytes = ({ parameters, activations }: ModelSize, batch: number): number =>
  BYTES * (3 * activations * batch + 6 * parameters)

/** The same for a teacher, whose activations are not kept: those of its widest layers, as a quarter of all. */
export const teacherBytes = ({ parameters, activations }: ModelSize, batch: number): number =>
  BYTES * (0.25 * activations * batch + parameters)
