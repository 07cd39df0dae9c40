/** Pairs of what stands at the same place of two lists. Throws RangeError where their lengths differ. */
export function zip<A, B>(first: readonly A[], second: readonly B[]): [A, B][] {
  if (first.length !== second.length)
    throw new RangeError(`lists of equal length expected, got ${first.length} and ${second.length}`)
  // The lengths are equal: there is a second for every first.
  return first.map((x, i) => [x, second[i] as B])
}
