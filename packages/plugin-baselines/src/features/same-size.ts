import { adaptiveAvgPool } from '@umbra/core'
import type { Tensor4D } from '@tensorflow/tfjs-core'

/** Pools the larger of two maps to the smaller one's height and width. `[batch, height, width, channels]` */
export function sameSize(a: Tensor4D, b: Tensor4D): [Tensor4D, Tensor4D] {
  const height = Math.min(a.shape[1], b.shape[1])
  const width = Math.min(a.shape[2], b.shape[2])
  return [adaptiveAvgPool(a, height, width), adaptiveAvgPool(b, height, width)]
}
