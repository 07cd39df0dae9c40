import type { ImageSet } from '../contracts/dataset.js'

/** The first `limit` samples of a set, sharing its memory; the whole set when there is no limit or fewer samples. */
export function limitSet(set: ImageSet, limit: number | undefined): ImageSet {
  if (limit === undefined || limit >= set.count) return set
  const size = set.images.length / set.count
  return { images: set.images.subarray(0, limit * size), labels: set.labels.subarray(0, limit), count: limit }
}
