import type { ImageSet } from '../contracts/dataset.js'
import { permutation } from '../random/permutation.js'
import { getEntry } from '../util/get-entry.js'

/**
 * Draws `size` images of a set: each class gives its share, rounded so that the whole number comes out; which images it
 * gives follows from the seed alone. Returns 1 at the drawn ones, `[count]`.
 */
export function drawByClass(set: ImageSet, size: number, seed: number): Uint8Array {
  const drawn = new Uint8Array(set.count)
  const shares = sharesOf(set, size)
  for (const id of permutation(seed, 0, set.count)) {
    // Ids are indices of the set.
    const label = set.labels[id]!
    const left = getEntry(shares, label, 'class')
    if (left === 0) continue
    drawn[id] = 1
    shares.set(label, left - 1)
  }
  return drawn
}

/** The images marked with `which`, in the order of the set, with memory of their own. */
export function pickImages(set: ImageSet, marks: Uint8Array, which: 0 | 1, count: number): ImageSet {
  const size = set.images.length / set.count
  const images = new Uint8Array(count * size)
  const labels = new Int32Array(count)
  let to = 0
  for (const [id, label] of set.labels.entries()) {
    if (marks[id] !== which) continue
    images.set(set.images.subarray(id * size, (id + 1) * size), to * size)
    labels[to++] = label
  }
  return { images, labels, count }
}

/** Largest remainders: the shares of the classes add up to the size. */
function sharesOf({ labels, count }: ImageSet, size: number): Map<number, number> {
  const sizes = new Map<number, number>()
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1)
  const exact = [...sizes].map(([label, all]) => ({ label, share: (size * all) / count }))
  const shares = new Map(exact.map(({ label, share }) => [label, Math.floor(share)]))
  let left = size - [...shares.values()].reduce((a, b) => a + b, 0)
  const byRemainder = exact.sort((a, b) => (b.share % 1) - (a.share % 1) || a.label - b.label)
  for (const { label } of byRemainder) {
    if (left === 0) break
    shares.set(label, getEntry(shares, label, 'class') + 1)
    left--
  }
  return shares
}
