import type { Spread } from './spread.js'

/** Fraction as percent: `73.12`. */
export const percent = (fraction: number): string => fixed(fraction * 100)

/** Fractions as percent: `73.12 ± 0.31`, or `73.12` for one value. */
export const percentSpread = ({ mean, deviation }: Spread): string =>
  deviation === undefined ? percent(mean) : `${percent(mean)} ± ${percent(deviation)}`

/** `0.86 M`, `12.3 k`, `950`. */
export function parameters(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(2)} M`
  return count >= 1e3 ? `${(count / 1e3).toFixed(1)} k` : String(count)
}

/** `12.3 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`
  const minutes = Math.round(whole / 60)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

const two = (n: number): string => String(n).padStart(2, '0')

function fixed(value: number): string {
  const text = value.toFixed(2)
  return text === '-0.00' ? '0.00' : text
}
