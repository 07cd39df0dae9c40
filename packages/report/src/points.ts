import { percent as plainPercent } from './format.js'

/** Fraction as percent, with a true minus sign: `73.12`, `−1.20`. */
export const percent = (fraction: number): string => plainPercent(fraction).replace('-', '−')

/** Percentage points with their sign: `+1.20`. */
export const signed = (fraction: number): string => {
  const text = percent(fraction)
  return text.startsWith('−') || text === '0.00' ? text : `+${text}`
}
