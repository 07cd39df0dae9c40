import * as tf from '@tensorflow/tfjs-core'
import { isHigherOrder } from '../tensorflow/fast-gradients.js'
import { fusedBatchNorm, fusedBatchNormGradient } from '../tensorflow/fused-batch-norm.js'
import { type NodeBackend, nodeBackend } from '../tensorflow/node-backend.js'
import { hasWasmBatchNorm, wasmBatchNorm, wasmBatchNormGradient } from '../wasm/wasm-batch-norm.js'

/** Result of `batchNormTraining`. */
export interface NormalisedBatch {
  /** `[batch, height, width, channels]`. */
  readonly y: tf.Tensor4D
  /** Mean of the batch, `[channels]`. Carries no gradient; kept, so the caller disposes it. */
  readonly mean: tf.Tensor1D
  /** Unbiased variance of the batch, `[channels]`. Carries no gradient; kept, so the caller disposes it. */
  readonly variance: tf.Tensor1D
}

type Gradient = (dy: tf.Tensor4D, saved: tf.Tensor[]) => [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D]

interface Forward {
  readonly y: tf.Tensor4D
  readonly mean: tf.Tensor1D
  readonly variance: tf.Tensor1D
  /** Saved for the gradient, after x and gamma. */
  readonly saved: readonly tf.Tensor[]
  readonly gradient: Gradient
}

/**
 * Batch normalisation in training, over all axes but the last, with its own gradient.
 *
 * `y = gamma * (x - mean) / sqrt(var + epsilon) + beta`, where `var` is the biased variance of the batch.
 *
 * On libtensorflow and on wasm it is one operation forward and one backward; elsewhere it is composed of a few.
 *
 * @param x `[batch, height, width, channels]`
 * @param gamma scale, `[channels]`
 * @param beta offset, `[channels]`
 */
export function batchNormTraining(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): NormalisedBatch {
  let mean: tf.Tensor1D | undefined
  let variance: tf.Tensor1D | undefined
  const normalise = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc
    const [input, scale, offset] = args as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D]
    const forward = compute(input, scale, offset, epsilon)
    mean = tf.keep(forward.mean)
    variance = tf.keep(forward.variance)
    save([input, scale, ...forward.saved])
    return {
      value: forward.y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        isHigherOrder()
          ? differentiableGradient(dy as tf.Tensor4D, saved, epsilon)
          : forward.gradient(dy as tf.Tensor4D, saved),
    }
  })
  const y = normalise(x, gamma, beta)
  if (mean === undefined || variance === undefined) throw new Error('customGrad did not run its function')
  return { y, mean, variance }
}

function compute(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): Forward {
  const backend = nodeBackend()
  if (backend !== undefined) return fused(backend, x, gamma, beta, epsilon)
  return hasWasmBatchNorm() ? onWasm(x, gamma, beta, epsilon) : composed(x, gamma, beta, epsilon)
}

function onWasm(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): Forward {
  const { y, mean, variance, inverse } = wasmBatchNorm(x, gamma, beta, epsilon)
  return {
    y,
    mean,
    variance,
    saved: [mean, inverse],
    gradient: (dy, saved) => {
      const [input, scale, centre, factor] = saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D]
      return wasmBatchNormGradient(dy, input, scale, { mean: centre, inverse: factor })
    },
  }
}

function fused(
  backend: NodeBackend,
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): Forward {
  const { y, mean, variance, reserved } = fusedBatchNorm(backend, x, gamma, beta, epsilon)
  return {
    y,
    mean,
    variance,
    saved: reserved,
    gradient: (dy, [input, scale, ...rest]) =>
      fusedBatchNormGradient(backend, dy, input as tf.Tensor4D, scale as tf.Tensor1D, rest, epsilon),
  }
}

function composed(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): Forward {
  const count = x.size / gamma.size
  const mean = tf.mean<tf.Tensor1D>(x, [0, 1, 2])
  const centred = tf.sub<tf.Tensor4D>(x, mean)
  const biased = tf.mean<tf.Tensor1D>(tf.square(centred), [0, 1, 2])
  const y = tf.batchNorm4d(centred, tf.zerosLike(mean), biased, beta, gamma, epsilon)
  return {
    y,
    mean,
    variance: tf.mul(biased, count / Math.max(count - 1, 1)),
    saved: [centred, biased],
    gradient: (dy, saved) => {
      const [, scale, deviation, spread] = saved as [tf.Tensor, tf.Tensor1D, tf.Tensor4D, tf.Tensor1D]
      const inverse = tf.rsqrt(tf.add(spread, epsilon))
      const dBeta = tf.sum<tf.Tensor1D>(dy, [0, 1, 2])
      const dGamma = tf.mul<tf.Tensor1D>(tf.sum(tf.mul(dy, deviation), [0, 1, 2]), inverse)
      // dx = gamma/sqrt(var+eps) * (dy - dBeta/n - xhat * dGamma/n), with the factors of each channel combined.
      const slope = tf.mul(scale, inverse)
      const pull = tf.mul(tf.mul(slope, inverse), tf.div(dGamma, count))
      const shift = tf.mul(slope, tf.div(dBeta, count))
      const dx = tf.sub<tf.Tensor4D>(tf.sub(tf.mul(dy, slope), tf.mul(deviation, pull)), shift)
      return [dx, dGamma, dBeta]
    },
  }
}

/** The same gradient from x and gamma alone, in operations that tfjs can differentiate. */
function differentiableGradient(
  dy: tf.Tensor4D,
  saved: readonly tf.Tensor[],
  epsilon: number,
): [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D] {
  const [x, gamma] = saved as [tf.Tensor4D, tf.Tensor1D]
  const { mean, variance } = tf.moments(x, [0, 1, 2])
  const inverse = tf.rsqrt(tf.add(variance, epsilon))
  const normal = tf.mul(tf.sub(x, mean), inverse)
  const dBeta = tf.sum<tf.Tensor1D>(dy, [0, 1, 2])
  const dGamma = tf.sum<tf.Tensor1D>(tf.mul(dy, normal), [0, 1, 2])
  const count = x.size / gamma.size
  const inner = tf.sub(tf.sub(dy, tf.div(dBeta, count)), tf.mul(normal, tf.div(dGamma, count)))
  return [tf.mul<tf.Tensor4D>(inner, tf.mul(gamma, inverse)), dGamma, dBeta]
}
