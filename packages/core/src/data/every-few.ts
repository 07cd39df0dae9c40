/** At most `most` of the numbers below `count`, evenly spread. */
export const everyFew = (count: number, most: number): number[] =>
  Array.from({ length: Math.min(count, most) }, (_, i) => Math.floor((i * count) / Math.min(count, most)))
