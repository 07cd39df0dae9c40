/** Pairs of elements with the same index in two lists. Throws RangeError if their lengths differ. */
export function zip<A, B>(first: readonly A[], second: readonly B[]): [A, B][] {
  if (first.length !== second.length)
    throw new RangeError(`lists of equal length expected, got ${first.length} and ${second.length}`)
  // The lengths are equal: there is a second for every first.
  return first.map((x, i) => [x, second[i] as B])
}
