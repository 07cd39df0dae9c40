import type { ImageSet } from '../contracts/dataset.js'
import { everyFew } from './every-few.js'

/** Test images that are looked for among all training images, and bytes of each that are compared first. */
const TEST_IMAGES = 1000
const BYTES = 48

/** How many of some test images are, byte for byte, training images. */
export function countRepeats(train: ImageSet, test: ImageSet): { repeated: number; samples: number } {
  const size = test.images.length / test.count
  const places = everyFew(size, BYTES)
  const ids = everyFew(test.count, TEST_IMAGES)
  const byKey = new Map<number, number[]>()
  for (const id of ids) {
    const key = keyOf(test, id * size, places)
    byKey.set(key, [...(byKey.get(key) ?? []), id])
  }
  const repeated = new Set<number>()
  for (let id = 0; id < train.count; id++)
    for (const other of byKey.get(keyOf(train, id * size, places)) ?? [])
      if (!repeated.has(other) && isEqual(imageOf(train, id, size), imageOf(test, other, size)))
        repeated.add(other)
  return { repeated: repeated.size, samples: ids.length }
}

/** FNV-1a of some bytes of an image. */
function keyOf({ images }: ImageSet, start: number, places: readonly number[]): number {
  let hash = 0x811c9dc5
  // Places lie within an image.
  for (const place of places) hash = Math.imul(hash ^ images[start + place]!, 0x01000193)
  return hash
}

const imageOf = ({ images }: ImageSet, id: number, size: number): Uint8Array =>
  images.subarray(id * size, (id + 1) * size)

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i])
