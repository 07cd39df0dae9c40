import { cleanText } from '../../clean-text.js'
import { type PlotSize, type PlotSpec } from '../../plot/responsive-plot.js'
import type { PairAnalysis } from '../../statistics/analysis.js'
import { cutLabel, labelRoom } from '../../plot/label-room.js'
import { seriesScale, shapeScale } from '../../plot/series.js'
import { estimateText } from '../../texts.js'

/** Top-1 against training time, mean of each method with its interval. */
export function costPlot({ methods }: PairAnalysis, { width, narrow }: PlotSize): PlotSpec {
  const values = methods.flatMap(({ label, final: { top1 }, ownSeconds }) => {
    if (top1 === undefined || ownSeconds === undefined) return []
    const { mean, interval } = top1
    return [
      {
        method: cleanText(label),
        seconds: ownSeconds.mean,
        value: mean * 100,
        ...(interval === undefined ? {} : { low: interval[0] * 100, high: interval[1] * 100 }),
        says: `${cleanText(label)}: ${estimateText(top1)} % in ${ownSeconds.mean.toFixed(1)} s`,
      },
    ]
  })
  const labels = values.map(({ method }) => method)
  const x = {
    field: 'seconds',
    type: 'quantitative',
    title: 'Own training time, s',
    scale: { zero: false, padding: 16 },
  }
  const y = { field: 'value', type: 'quantitative', title: 'Top-1, %', scale: { zero: false } }
  const legend = narrow
    ? { orient: 'bottom', direction: 'horizontal', columns: 3, labelExpr: cutLabel(80), symbolOpacity: 1 }
    : { orient: 'right', labelExpr: cutLabel(170), rowPadding: 4, symbolOpacity: 1 }
  const color = {
    field: 'method',
    type: 'nominal',
    title: null,
    sort: labels,
    scale: seriesScale(labels),
    legend,
  }
  const shape = { ...color, scale: shapeScale(labels) }
  const description = { field: 'says', type: 'nominal' }
  return {
    data: { values },
    width: narrow ? width - 56 : width - 70 - labelRoom(labels, 170) - 30,
    height: narrow ? 240 : 300,
    layer: [
      {
        transform: [{ filter: { field: 'low', valid: true } }],
        mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.6 },
        encoding: {
          x,
          y: { ...y, field: 'low' },
          y2: { field: 'high' },
          color,
          description,
        },
      },
      {
        mark: { type: 'point', filled: true, size: 110, opacity: 1 },
        encoding: { x, y, color, shape, description },
      },
    ],
  }
}
