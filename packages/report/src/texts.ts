import { percent, signed } from './points.js'
import type { Estimate, MethodAnalysis } from './statistics/analysis.js'

/** `66.80 ± 0.41`: mean and standard deviation, percent. */
export const estimateText = (estimate: Estimate | undefined): string =>
  estimate === undefined
    ? '–'
    : estimate.deviation === undefined
      ? percent(estimate.mean)
      : `${percent(estimate.mean)} ± ${percent(estimate.deviation)}`

/** `+1.64 [0.31, 2.97]`: mean and interval, percentage points. */
export function pointsText({ mean, interval }: Estimate): string {
  const text = signed(mean)
  return interval === undefined
    ? text
    : `${text} [${interval.map((end) => endText(end, interval)).join(', ')}]`
}

/** An end of an interval; with more digits where rounding would move it to 0, or across, and change what it says. */
function endText(end: number, [low, high]: readonly [number, number]): string {
  const isNear0 = Math.abs(end) < 0.00005
  return isNear0 && low * high > 0 ? (end * 100).toPrecision(1).replaceAll('-', '−') : percent(end)
}

/** `3`, or `2 of 3` where seeds failed. */
export const seedsText = ({ seeds, failed }: Pick<MethodAnalysis, 'seeds' | 'failed'>): string =>
  failed.length === 0 ? String(seeds.length) : `${seeds.length} of ${seeds.length + failed.length}`

/** `0.031`, `< 0.001`. */
export const probability = (p: number | undefined): string =>
  p === undefined ? '–' : p < 0.001 ? '< 0.001' : p.toFixed(3)

/** A number with three significant digits. */
export const significant = (value: number): string =>
  !Number.isFinite(value)
    ? '–'
    : value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e6)
      ? value.toExponential(2)
      : String(Number(value.toPrecision(3)))

/** The value of an option: a string as it is, anything else as JSON. */
export const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '–' : JSON.stringify(value)

/** Options as one line: `temperature 4, weight 0.9`. */
export const optionsText = (options: Readonly<Record<string, unknown>>): string =>
  Object.entries(options)
    .map(([key, value]) => `${key} ${valueText(value)}`)
    .join(', ') || 'defaults'

/** `12,345`. */
export const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')
