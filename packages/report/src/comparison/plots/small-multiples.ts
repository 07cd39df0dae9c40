import { cleanText } from '../../clean-text.js'
import { cutLabel } from '../../plot/label-room.js'
import type { PlotSize } from '../../plot/responsive-plot.js'
import type { MeanEpoch } from '../mean-history.js'

/** The epochs of one method. */
export interface MethodCurve {
  readonly label: string
  readonly epochs: readonly MeanEpoch[]
}

/** Columns and size of small plots, one per method. */
export function smallMultiples(
  count: number,
  { width, narrow }: PlotSize,
  gap = 16,
): { readonly columns: number; readonly width: number; readonly height: number } {
  const columns = Math.max(1, Math.min(count, narrow ? 2 : 4))
  const inner = (width - 52 - gap * (columns - 1)) / columns
  return { columns, width: Math.min(420, Math.floor(inner)), height: narrow ? 96 : 120 }
}

/** The last epoch of any curve, at least 1. */
export const lastEpoch = (curves: readonly MethodCurve[]): number =>
  Math.max(1, ...curves.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch)))

/** The x channel: epochs from the first to the last. */
export const epochChannel = (last: number, narrow: boolean) => ({
  field: 'epoch',
  type: 'quantitative',
  scale: { domain: last <= 1 ? [0, 2] : [1, last], nice: false },
  axis: epochAxis(last, narrow),
})

/** Whole epochs on the axis, no more labels than fit. */
const epochAxis = (last: number, narrow: boolean) => ({
  title: 'Epoch',
  grid: false,
  tickMinStep: 1,
  tickCount: narrow ? 3 : 5,
  format: 'd',
  labelFlush: false,
  ...(last <= 1 ? { values: [1] } : {}),
})

/** One plot per method, titled with its label. */
export const methodFacet = (curves: readonly MethodCurve[], width: number) => ({
  field: 'method',
  type: 'nominal',
  sort: curves.map(({ label }) => cleanText(label)),
  title: null,
  header: { labelExpr: cutLabel(width * 0.85) },
})
