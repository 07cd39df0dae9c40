import type { Tensor } from '@tensorflow/tfjs-core'

/** What checks of tensors look at, without a backend. */
export class ToyTensor {
  readonly shape: readonly number[]
  readonly dtype: string
  readonly isDisposed: boolean
  constructor(shape: readonly number[], dtype = 'float32', isDisposed = false) {
    this.shape = shape
    this.dtype = dtype
    this.isDisposed = isDisposed
  }
}

/** A float32 tensor of a shape, for code that never computes with it. */
export const shaped = (...shape: number[]): Tensor => new ToyTensor(shape) as unknown as Tensor
