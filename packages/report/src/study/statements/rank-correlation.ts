import { sampleCorrelation } from 'simple-statistics'

/** Spearman's rho, ties sharing their rank; NaN where one side is constant or there are fewer than two values. */
export function rankCorrelation(x: readonly number[], y: readonly number[]): number {
  if (x.length < 2) return NaN
  const rho = sampleCorrelation(averageRanks(x), averageRanks(y))
  // Rules compare with -0.5 and 1: rounding must not decide.
  return Math.round(rho * 1e12) / 1e12
}

function averageRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length
    const equal = values.filter((other) => other === value).length
    return below + (equal + 1) / 2
  })
}
