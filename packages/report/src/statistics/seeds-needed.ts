import { studentQuantile } from './student-t.js'

const MOST = 100

/**
 * Smallest number of seeds n with which a paired t-test, two-sided at `level`, finds an effect of `dz` standard deviations
 * with probability `power`: `(t(1 - level / 2, n - 1) + t(power, n - 1)) / sqrt n <= |dz|`.
 *
 * Uses quantiles of the central t distribution, the usual approximation: within about one seed of the power of the
 * non-central one.
 */
export function seedsNeeded(dz: number, level: number, power = 0.8): number | 'more than 100' {
  for (let n = 2; n <= MOST; n++) {
    const reach = (studentQuantile(1 - level / 2, n - 1) + studentQuantile(power, n - 1)) / Math.sqrt(n)
    if (reach <= Math.abs(dz)) return n
  }
  return 'more than 100'
}
