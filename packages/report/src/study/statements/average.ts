/** Plain mean; NaN of no values. */
export function average(values: readonly number[] | Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
