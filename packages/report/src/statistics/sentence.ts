import { percent, signed } from '../points.js'
import type { PairedComparison } from './analysis.js'

/** The result of a comparison as a sentence: `ats beats kd by 0.60 ± 0.20 points, 5 seeds.` */
export function sentence(label: string, comparison: Omit<PairedComparison, 'sentence'>): string {
  const { baseline, difference, verdict, seeds } = comparison
  if (difference === undefined) return `${label} and ${baseline} have no finished seed in common.`
  const { mean, interval } = difference
  const half = interval === undefined ? 0 : (interval[1] - interval[0]) / 2
  const count = seeds.length
  switch (verdict) {
    case 'better':
      return `${label} beats ${baseline} by ${percent(mean)} ± ${percent(half)} points, ${count} seeds.`
    case 'worse':
      return `${label} falls behind ${baseline} by ${percent(-mean)} ± ${percent(half)} points, ${count} seeds.`
    case 'undecided':
      return (
        `${label} and ${baseline} cannot be told apart with ${count} seeds ` +
        `(${signed(mean)} ± ${percent(half)} points); ${seedsHint(comparison)}.`
      )
    case 'untested':
      return untested(label, comparison, mean)
  }
}

const seedsHint = ({ seedsNeeded }: Pick<PairedComparison, 'seedsNeeded'>): string =>
  typeof seedsNeeded === 'number' ? `about ${seedsNeeded} would settle it` : 'more than 100 would be needed'

function untested(
  label: string,
  { baseline, seeds }: Pick<PairedComparison, 'baseline' | 'seeds'>,
  mean: number,
): string {
  if (seeds.length === 1) {
    return `${label} and ${baseline} differ by ${signed(mean)} points with one seed, which settles nothing.`
  }
  return percent(mean) === '0.00'
    ? `${label} and ${baseline} gave the same accuracy with each of ${seeds.length} seeds.`
    : `${label} and ${baseline} differ by ${signed(mean)} points, the same with each of ${seeds.length} seeds. That is chance: without spread there is neither interval nor test; add seeds.`
}
