import {
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  engine,
  getBackend,
  getKernel,
} from '@tensorflow/tfjs-core'

/** Result of `wasmBatchNorm`; the caller disposes all of it. */
export interface WasmBatchNorm {
  /** Shape of x. */
  readonly y: Tensor4D
  /** `[channels]`. */
  readonly mean: Tensor1D
  /** Unbiased, `[channels]`. */
  readonly variance: Tensor1D
  /** `1 / sqrt(biased variance + epsilon)`, `[channels]`; for the gradient. */
  readonly inverse: Tensor1D
}

/** Whether `wasmBatchNorm` can run now: the backend is `wasm` and `registerWasm` has been called. */
export function hasWasmBatchNorm(): boolean {
  // The type of getKernel leaves out that a kernel may be unknown.
  const kernel = getKernel('FusedBatchNormV3', 'wasm') as object | undefined
  return getBackend() === 'wasm' && kernel !== undefined
}

/**
 * Batch normalisation in training as one kernel of the wasm backend; x `[..., channels]`, gamma and beta `[channels]`.
 * Carries no gradient by itself.
 */
export function wasmBatchNorm(x: Tensor4D, gamma: Tensor1D, beta: Tensor1D, epsilon: number): WasmBatchNorm {
  const inputs = { x, scale: gamma, offset: beta }
  const outputs: Tensor[] = engine().runKernel('FusedBatchNormV3', inputs, { epsilon })
  const [y, mean, variance, inverse] = outputs as [Tensor4D, Tensor1D, Tensor1D, Tensor1D]
  return { y, mean, variance, inverse }
}

/** Gradients of `wasmBatchNorm` for x, gamma and beta. */
export function wasmBatchNormGradient(
  dy: Tensor4D,
  x: Tensor4D,
  gamma: Tensor1D,
  { mean, inverse }: Pick<WasmBatchNorm, 'mean' | 'inverse'>,
): [Tensor4D, Tensor1D, Tensor1D] {
  const inputs = { dy, x, scale: gamma, mean, inverse }
  const outputs: Tensor[] = engine().runKernel('FusedBatchNormGradV3', inputs)
  return outputs as [Tensor4D, Tensor1D, Tensor1D]
}
