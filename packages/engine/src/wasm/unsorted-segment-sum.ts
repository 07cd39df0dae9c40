import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { heapKernel, view } from './heap-kernel.js'

/**
 * Sum of the rows of each segment: `out[s] = sum over r with segmentIds[r] = s of x[r]`; the gradient of a gather.
 * x `[R, ...]`, segmentIds `[R]`, result `[numSegments, ...]`. Rows with a segment out of range are left out.
 */
export const unsortedSegmentSum = heapKernel<
  { x: TensorInfo; segmentIds: TensorInfo },
  { readonly numSegments: number }
>('UnsortedSegmentSum', ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
  const [rows = 0, ...rest] = x.shape
  const width = util.sizeFromShape(rest)
  const out = backend.makeOutput([numSegments, ...rest], x.dtype)
  const source = view(backend, x)
  const target = view(backend, out).fill(0)
  const segments = view(backend, segmentIds)
  // `segments` has one value per row, and a row has `width` values.
  for (let row = 0; row < rows; row++) {
    const segment = segments[row]!
    if (segment < 0 || segment >= numSegments) continue
    const [from, to] = [row * width, segment * width]
    for (let i = 0; i < width; i++) target[to + i]! += source[from + i]!
  }
  return out
})
