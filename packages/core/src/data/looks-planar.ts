import type { Dataset, ImageSet } from '../contracts/dataset.js'
import { everyFew } from './every-few.js'

const IMAGES = 200
/** How much smoother the other reading must be: photographs differ by a factor of two or more. */
const SMOOTHER = 1.3

/**
 * Whether colour images were stored as planes, `[channels, height, width]`: read like that, neighbours and channels of a
 * pixel are nearer to each other.
 */
export function looksPlanar(set: ImageSet, [height, width, channels]: Dataset['shape']): boolean {
  if (channels !== 3 || height < 4 || width < 4) return false
  const plane = height * width
  let [asPlanes, asPixels] = [0, 0]
  for (const id of everyFew(set.count, IMAGES)) {
    const start = id * plane * channels
    const at = (i: number): number => set.images[start + i] ?? 0
    for (let pixel = 0; pixel + 1 < plane; pixel++) {
      asPlanes += Math.abs(at(pixel) - at(pixel + 1)) + Math.abs(at(pixel) - at(pixel + plane))
      const first = pixel * channels
      asPixels += Math.abs(at(first) - at(first + channels)) + Math.abs(at(first) - at(first + 1))
    }
  }
  return asPlanes * SMOOTHER < asPixels
}
