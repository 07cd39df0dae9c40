/** `|actual - expected| <= absolute + relative * scale`, the scale being the largest |expected|. */
export interface Tolerance {
  readonly relative: number
  readonly absolute: number
}

/** Precision of float32 arithmetic against a float64 reference: values, and gradients. */
export const FLOAT32: Tolerance = { relative: 1e-4, absolute: 1e-6 }
export const FLOAT32_GRADIENT: Tolerance = { relative: 1e-3, absolute: 1e-6 }

/** Why two lists of numbers are not close to each other, or undefined when they are. A NaN is close to nothing. */
export function difference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute }: Tolerance,
): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} numbers instead of ${expected.length}`
  const scale = Array.from(expected).reduce((max, x) => Math.max(max, Math.abs(x)), 0)
  const bound = absolute + relative * scale
  const worst = Array.from(actual, (x, i) => Math.abs(x - expected[i]!)).reduce(
    (most, gap, i) => (!(gap <= most.gap) && !Number.isNaN(most.gap) ? { gap, i } : most),
    { gap: 0, i: 0 },
  )
  if (worst.gap <= bound) return undefined
  const { i, gap } = worst
  return `[${i}] is ${actual[i]} instead of ${expected[i]}: they differ by ${gap}, more than ${bound}`
}
