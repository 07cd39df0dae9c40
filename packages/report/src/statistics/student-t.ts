/** Steps after which the continued fraction has long converged. */
const STEPS = 1000
const TINY = 1e-300

/**
 * Probability that Student's t with `degrees` of freedom is further from 0 than `statistic`, on either side: `I_x(degrees / 2, 1 / 2)` with
 * `x = degrees / (degrees + t²)`, I the regularised incomplete beta function. `degrees` is an integer from 1.
 */
export function studentTail(statistic: number, degrees: number): number {
  const square = statistic * statistic
  if (square === 0) return 1
  const half = degrees / 2
  // As a logarithm: a large statistic makes x vanish.
  const power = -half * Math.log1p(square / degrees)
  const x = degrees / (degrees + square)
  const y = square / (degrees + square)
  const factor = (Math.exp(power) * Math.sqrt(y)) / beta(degrees)
  // Either fraction converges fast on its own side of the mean.
  return x < (half + 1) / (half + 2.5)
    ? (factor * fraction(x, half, 0.5)) / half
    : 1 - (factor * fraction(y, 0.5, half)) / 0.5
}

/**
 * Quantile of Student's t with `degrees` of freedom: the t that is exceeded with probability `1 - p`. `p` lies between 0 and 1, `degrees` is an
 * integer from 1.
 */
export function studentQuantile(p: number, degrees: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, degrees)
  const tail = 2 * (1 - p)
  if (tail === 1) return 0
  let [low, high] = [0, 1]
  while (studentTail(high, degrees) > tail) [low, high] = [high, high * 2]
  // To the last bit: until no number is left between the two.
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (studentTail(middle, degrees) > tail) low = middle
    else high = middle
  }
}

/** Beta function of `degrees / 2` and 1 / 2: pi for one degree, 2 for two, then `B(a + 1, b) = B(a, b) a / (a + b)`. */
function beta(degrees: number): number {
  let value = degrees % 2 === 1 ? Math.PI : 2
  for (let n = degrees % 2 === 1 ? 1 : 2; n < degrees; n += 2) value *= n / (n + 1)
  return value
}

/** Continued fraction of the incomplete beta function (Abramowitz and Stegun, 26.5.8), by the method of Lentz. */
function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let value = d
  const next = (term: number): number => {
    d = 1 / away(1 + term * d)
    c = away(1 + term / c)
    value *= c * d
    return c * d
  }
  for (let m = 1; m <= STEPS; m++) {
    next((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)))
    const change = next((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)))
    if (Math.abs(change - 1) < Number.EPSILON) break
  }
  return value
}

const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value)
