/** @param {number | null | undefined} value @param {number} [digits] */
export const number = (value, digits = 4) =>
  value === null || value === undefined || !Number.isFinite(value)
    ? '–'
    : String(Number(value.toPrecision(digits)))

/** A fraction as percent. @param {number | null | undefined} value @param {number} [digits] */
export const percent = (value, digits = 2) =>
  value === null || value === undefined || !Number.isFinite(value)
    ? '–'
    : `${(100 * value).toFixed(digits)} %`

/** `45s`, `2m10s`, `1h05m`. @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return '?'
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole}s`
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0')
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`
  const minutes = Math.round(whole / 60)
  return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`
}
