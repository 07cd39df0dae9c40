/** `45s`, `2m10s`, `1h05m`; `?` if unknown. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '?'
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m${pad(whole % 60)}s`
  const minutes = Math.round(whole / 60)
  return `${Math.floor(minutes / 60)}h${pad(minutes % 60)}m`
}

/** Images per second, with three significant digits. */
export const rate = (imagesPerSecond: number): string =>
  Number.isFinite(imagesPerSecond) ? `${Number(imagesPerSecond.toPrecision(3))} img/s` : '? img/s'

/** A fraction as percent with two decimals. */
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`

/** Rows with left-aligned columns. */
export function columns(rows: readonly (readonly string[])[], gap = 2): string {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd((widths[i] ?? 0) + gap)))
        .join('')
        .trimEnd(),
    )
    .join('\n')
}

const pad = (n: number): string => String(n).padStart(2, '0')
