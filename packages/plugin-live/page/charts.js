import uPlot from '/uplot.js'
import { element } from './dom.js'
import { number, percent } from './format.js'
import { tooltip } from './tooltip.js'

/** Colours that colour-blind readers can tell apart, on light and dark backgrounds. */
const COLOURS = {
  light: ['#0072b2', '#d55e00', '#00835f', '#b5518b', '#8a6d00', '#5b4bc4', '#4d8fb8', '#6b6b6b'],
  dark: ['#5fb3f0', '#ff9450', '#3fd0a0', '#f08cc4', '#e6c229', '#a99bff', '#9fd5f5', '#bdbdbd'],
}
const DASHES = [[], [7, 4], [2, 4]]
const dark = matchMedia('(prefers-color-scheme: dark)')

/** How the arm of a number is drawn. @param {number} index */
export const styleOf = (index) => ({
  stroke: COLOURS[dark.matches ? 'dark' : 'light'][index % COLOURS.light.length] ?? '',
  dash: DASHES[Math.floor(index / COLOURS.light.length) % DASHES.length] ?? [],
})

/** Called when the page turns light or dark. @param {() => void} action */
export const onSchemeChange = (action) => dark.addEventListener('change', action)

/** @typedef {{ title: string, note: string, kind: 'number' | 'percent', points: boolean }} ChartSpec */

/**
 * One chart in a card. `show` takes epochs and one row an arm.
 *
 * @param {HTMLElement} parent
 * @param {ChartSpec} spec
 * @param {readonly string[]} arms
 */
export function createChart(parent, { title, note, kind, points }, arms) {
  const card = element('div', 'chart', element('h2', '', `${title} `, element('span', '', note)))
  parent.append(card)
  const format = kind === 'percent' ? percent : number
  const css = getComputedStyle(document.documentElement)
  const quiet = css.getPropertyValue('--quiet')
  const grid = { stroke: css.getPropertyValue('--line'), width: 1 }
  const axis = { stroke: quiet, grid, ticks: { ...grid, size: 4 }, font: '12px system-ui, sans-serif' }
  const size = () => ({ width: Math.max(200, card.clientWidth - 20), height: 210 })
  let zoomed = false
  const plot = new uPlot(
    {
      ...size(),
      legend: { show: false },
      cursor: { sync: { key: 'umbra' }, drag: { x: true, y: false }, points: { size: 6 } },
      scales: { x: { time: false }, y: { range: rangeOf } },
      axes: [
        { ...axis, space: 50, size: 28, gap: 4 },
        {
          ...axis,
          size: 52,
          gap: 4,
          values: (_, ticks) =>
            ticks.map((tick) => (kind === 'percent' ? `${number(100 * tick)} %` : number(tick))),
        },
      ],
      series: [
        {},
        ...arms.map((label, i) => ({
          label,
          ...styleOf(i),
          width: 1.75,
          spanGaps: true,
          points: { show: points, size: 5 },
        })),
      ],
      plugins: [tooltip(format)],
      hooks: {
        setSelect: [({ select }) => void (zoomed ||= select.width > 0)],
      },
    },
    [[], ...arms.map(() => [])],
    card,
  )
  plot.over.addEventListener('dblclick', () => (zoomed = false))
  const observer = new ResizeObserver(() => plot.setSize(size()))
  observer.observe(card)
  return {
    /** @param {(number | null)[][]} data @param {ReadonlySet<string>} hidden */
    show: (data, hidden) => {
      arms.forEach((arm, i) => {
        if (plot.series[i + 1]?.show === hidden.has(arm)) plot.setSeries(i + 1, { show: !hidden.has(arm) })
      })
      // A part selected with the mouse stays in view while the curves grow.
      plot.setData(/** @type {import('/uplot.js').AlignedData} */ (data), !zoomed)
      if (zoomed) plot.redraw()
    },
    remove: () => {
      observer.disconnect()
      plot.destroy()
      card.remove()
    },
  }
}

/** Some room around the curves, also where there is only one value. @type {import('/uplot.js').Range.Function} */
function rangeOf(_, min, max) {
  if (min === null || max === null) return [0, 1]
  const air = max > min ? 0.06 * (max - min) : Math.abs(max) * 0.1 || 0.1
  return [min - air, max + air]
}
