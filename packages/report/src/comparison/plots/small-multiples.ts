import type { PlotSize } from '../../plot/responsive-plot.js'

/** Size and number a row of small drawings, one a method. */
export function smallMultiples(
  count: number,
  { width, narrow }: PlotSize,
  gap = 16,
): { readonly columns: number; readonly width: number; readonly height: number } {
  const columns = Math.max(1, Math.min(count, narrow ? 2 : 4))
  const inner = (width - 52 - gap * (columns - 1)) / columns
  return { columns, width: Math.min(420, Math.floor(inner)), height: narrow ? 96 : 120 }
}

/** Whole epochs at an axis, no more labels than fit. */
export const epochAxis = (last: number, narrow: boolean) => ({
  title: 'Epoch',
  grid: false,
  tickMinStep: 1,
  tickCount: narrow ? 3 : 5,
  format: 'd',
  labelFlush: false,
  ...(last <= 1 ? { values: [1] } : {}),
})
