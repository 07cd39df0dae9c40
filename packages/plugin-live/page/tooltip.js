import { element } from './dom.js'

/**
 * Values under the cursor, in a box beside it.
 *
 * @param {(value: number | null | undefined) => string} format
 * @returns {import('/uplot.js').Plugin}
 */
export function tooltip(format) {
  const box = element('div', 'tooltip')
  box.hidden = true
  return {
    hooks: {
      init: (plot) => void plot.over.append(box),
      setCursor: (plot) => {
        const { idx, left = -1, top = 0 } = plot.cursor
        const x = idx === null || idx === undefined ? undefined : plot.data[0][idx]
        // Charts move their cursors together; the tooltip follows the pointer.
        box.hidden = left < 0 || x === undefined || !plot.over.matches(':hover')
        if (box.hidden || idx === null || idx === undefined) return
        const rows = plot.series.slice(1).flatMap((series, i) => {
          const value = plot.data[i + 1]?.[idx]
          if (series.show === false || value === null || value === undefined) return []
          const swatch = element('span', 'swatch')
          swatch.style.borderTopColor = String(
            series.stroke instanceof Function ? series.stroke(plot, i + 1) : series.stroke,
          )
          return [element('div', '', swatch, `${String(series.label)}  ${format(value)}`)]
        })
        box.replaceChildren(element('div', '', `epoch ${Number(x?.toFixed(2))}`), ...rows)
        const width = plot.over.clientWidth
        const beside = left + 12 + box.offsetWidth > width ? left - 12 - box.offsetWidth : left + 12
        const above = Math.min(Math.max(0, top - 10), Math.max(0, plot.over.clientHeight - box.offsetHeight))
        box.style.transform = `translate(${Math.max(0, beside)}px, ${above}px)`
      },
    },
  }
}
