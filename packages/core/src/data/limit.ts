import type { ImageSet } from '../contracts/dataset.js'
import { drawByClass, pickImages } from './draw-by-class.js'

/** A seed of its own: the validation images of a limited set, drawn with 0 by default, are not tied to the limit. */
const SEED = 1_000_003

/**
 * `limit` images of a set, in the set's order: each class gives its share, and the limit alone says which. The whole set,
 * as it is, when there is no limit or no more images than that.
 */
export function limitSet(set: ImageSet, limit: number | undefined): ImageSet {
  if (limit === undefined || limit >= set.count) return set
  return pickImages(set, drawByClass(set, limit, SEED), 1, limit)
}
