import type { TensorInfo } from '@tensorflow/tfjs-core'
import { heapKernel, view } from './heap-kernel.js'

/** Repetition along each axis, as copies of blocks; the stock kernel computes an index for every value. */
export const tile = heapKernel<{ x: TensorInfo }, { readonly reps: readonly number[] }>(
  'Tile',
  ({ inputs: { x }, attrs: { reps }, backend }) => {
    const shape = x.shape.map((size, axis) => size * (reps[axis] ?? 1))
    const out = backend.makeOutput(shape, x.dtype)
    const [from, to] = [view(backend, x), view(backend, out)]
    if (to.length === 0) return out
    const copy = (axis: number, source: number, target: number): number => {
      const size = x.shape[axis]
      if (size === undefined) {
        to.set(from.subarray(source, source + 1), target)
        return 1
      }
      const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1)
      let written = 0
      if (reps.slice(axis + 1).every((times) => times === 1)) {
        to.set(from.subarray(source, source + size * inner), target)
        written = size * inner
      } else {
        for (let i = 0; i < size; i++) written += copy(axis + 1, source + i * inner, target + written)
      }
      const total = written * (reps[axis] ?? 1)
      // Doubling keeps the number of copies logarithmic.
      for (let done = written; done < total; done *= 2) {
        to.copyWithin(target + done, target, target + Math.min(done, total - done))
      }
      return total
    }
    copy(0, 0, 0)
    return out
  },
)
