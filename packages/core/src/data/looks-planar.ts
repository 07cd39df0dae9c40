import type { Dataset, ImageSet } from '../contracts/dataset.js'
import { everyFew } from './every-few.js'

const IMAGES = 200
/** How much smoother the other reading must be; of photographs it is by a factor of 1.5 to 2. */
const SMOOTHER = 1.3

/**
 * Whether colour images were stored as planes, `[channels, height, width]`: read like that, neighbours to the right and below are
 * nearer in value than in the reading that `shape` states.
 */
export function looksPlanar(set: ImageSet, [height, width, channels]: Dataset['shape']): boolean {
  if (channels !== 3 || height < 6 || width < 6) return false
  const size = height * width * channels
  let [asPlanes, asPixels] = [0, 0]
  for (const id of everyFew(set.count, IMAGES)) {
    const image = set.images.subarray(id * size, (id + 1) * size)
    // Every index is below the image's size.
    const gap = (i: number, step: number): number => Math.abs(image[i]! - image[i + step]!)
    for (let i = 0; i + width * channels < size; i++) {
      asPlanes += gap(i, 1) + gap(i, width)
      asPixels += gap(i, channels) + gap(i, width * channels)
    }
  }
  return asPlanes * SMOOTHER < asPixels
}
