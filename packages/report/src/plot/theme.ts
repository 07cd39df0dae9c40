import type { Config } from 'vega-lite'
import { colour } from '../html/colours.js'

/** The sans-serif font of the reader's system. */
export const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif'

/** The style of every plot: light axes, colours of the page. */
export const plotTheme: Config = {
  font: FONT,
  background: 'transparent',
  padding: 2,
  view: { stroke: null },
  axis: {
    labelColor: colour('muted'),
    labelFontSize: 12,
    labelFontWeight: 'normal',
    titleColor: colour('ink'),
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: colour('line'),
    domainColor: colour('line'),
    tickColor: colour('line'),
    labelPadding: 6,
    labelLimit: 0,
    tickCount: 5,
  },
  axisY: { domain: false, ticks: false },
  legend: {
    labelColor: colour('ink'),
    labelFontSize: 12,
    titleColor: colour('muted'),
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 0,
    symbolStrokeWidth: 2,
  },
  header: {
    labelColor: colour('ink'),
    labelFontSize: 12,
    labelFontWeight: 600,
    titleColor: colour('muted'),
    labelLimit: 0,
  },
  title: { color: colour('ink'), fontSize: 13, fontWeight: 600, anchor: 'start' },
  text: { color: colour('ink'), fontSize: 12 },
}
