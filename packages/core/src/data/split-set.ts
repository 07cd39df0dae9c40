import type { ImageSet } from '../contracts/dataset.js'
import { permutation } from '../random/permutation.js'
import { getEntry } from '../util/get-entry.js'

/** How many images to hold out, and the seed of the draw. */
export interface SplitOptions {
  /** Part of the set, 0..1. */
  readonly fraction?: number | undefined
  readonly count?: number | undefined
  readonly seed: number
}

/**
 * Holds images out of a set. Each class gives its share, rounded so that the whole number comes out; which images it gives
 * follows from the seed alone. Both parts keep the order of the set and have memory of their own.
 */
export function splitSet(
  set: ImageSet,
  { fraction = 0.1, count, seed }: SplitOptions,
): { readonly train: ImageSet; readonly validation: ImageSet } {
  const heldCount = Math.min(set.count, count ?? Math.round(fraction * set.count))
  const held = new Uint8Array(set.count)
  const order = permutation(seed, 0, set.count)
  const shares = sharesOf(set, heldCount)
  for (const id of order) {
    // Ids are indices of the set.
    const label = set.labels[id]!
    const left = getEntry(shares, label, 'class')
    if (left === 0) continue
    held[id] = 1
    shares.set(label, left - 1)
  }
  return { train: pick(set, held, 0, set.count - heldCount), validation: pick(set, held, 1, heldCount) }
}

/** Largest remainders: the shares of the classes add up to the number to be held out. */
function sharesOf({ labels, count }: ImageSet, heldCount: number): Map<number, number> {
  const sizes = new Map<number, number>()
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1)
  const exact = [...sizes].map(([label, size]) => ({ label, share: (heldCount * size) / count }))
  const shares = new Map(exact.map(({ label, share }) => [label, Math.floor(share)]))
  let left = heldCount - [...shares.values()].reduce((a, b) => a + b, 0)
  const byRemainder = exact.sort((a, b) => (b.share % 1) - (a.share % 1) || a.label - b.label)
  for (const { label } of byRemainder) {
    if (left === 0) break
    shares.set(label, getEntry(shares, label, 'class') + 1)
    left--
  }
  return shares
}

function pick(set: ImageSet, held: Uint8Array, which: 0 | 1, count: number): ImageSet {
  const size = set.images.length / set.count
  const images = new Uint8Array(count * size)
  const labels = new Int32Array(count)
  let to = 0
  for (const [id, label] of set.labels.entries()) {
    if (held[id] !== which) continue
    images.set(set.images.subarray(id * size, (id + 1) * size), to * size)
    labels[to++] = label
  }
  return { images, labels, count }
}
