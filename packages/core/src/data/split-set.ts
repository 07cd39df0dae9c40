import type { ImageSet } from '../contracts/dataset.js'
import { permutation } from '../random/permutation.js'

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
  const wanted = Math.min(set.count, count ?? Math.round(fraction * set.count))
  const held = new Uint8Array(set.count)
  const order = permutation(seed, 0, set.count)
  const shares = sharesOf(set, wanted)
  for (const id of order) {
    const label = set.labels[id]!
    const left = shares.get(label)!
    if (left === 0) continue
    held[id] = 1
    shares.set(label, left - 1)
  }
  return { train: pick(set, held, 0, set.count - wanted), validation: pick(set, held, 1, wanted) }
}

/** Largest remainders: the shares of the classes add up to the number wanted. */
function sharesOf({ labels, count }: ImageSet, wanted: number): Map<number, number> {
  const sizes = new Map<number, number>()
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1)
  const exact = [...sizes].map(([label, size]) => ({ label, share: (wanted * size) / count }))
  const shares = new Map(exact.map(({ label, share }) => [label, Math.floor(share)]))
  let left = wanted - [...shares.values()].reduce((a, b) => a + b, 0)
  const byRemainder = exact.sort((a, b) => (b.share % 1) - (a.share % 1) || a.label - b.label)
  for (const { label } of byRemainder) {
    if (left === 0) break
    shares.set(label, shares.get(label)! + 1)
    left--
  }
  return shares
}

function pick(set: ImageSet, held: Uint8Array, which: 0 | 1, count: number): ImageSet {
  const size = set.images.length / set.count
  const images = new Uint8Array(count * size)
  const labels = new Int32Array(count)
  let to = 0
  for (let id = 0; id < set.count; id++) {
    if (held[id] !== which) continue
    images.set(set.images.subarray(id * size, (id + 1) * size), to * size)
    labels[to++] = set.labels[id]!
  }
  return { images, labels, count }
}
