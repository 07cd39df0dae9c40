import { describe, expect, it } from 'vitest'
import { exampleRecord } from '../../test/example-record.js'
import { rankingPlot } from '../comparison/plots/ranking-plot.js'
import { analyseComparison } from '../statistics/analyse-comparison.js'
import { cutLabel } from './label-room.js'
import { renderVegaLite } from './render-vega-lite.js'

const labels = async (label: (id: string) => string) => {
  const [pair] = analyseComparison(exampleRecord({ pairs: 1, label })).pairs
  const svg = await renderVegaLite(rankingPlot(pair!, { width: 326, narrow: true }), { label: 'ranking' })
  return [...svg.matchAll(/<text [^>]*text-anchor="end"[^>]*>([^<]*)</g)].map(([, text]) => text!)
}

describe('labels of an axis', () => {
  it('stand whole where they fit', async () => {
    expect(await labels((id) => id)).toEqual(expect.arrayContaining(['ce', 'kd', 'isats', 'fitnet']))
  })

  it('are cut in the middle where they do not, so that variants stay apart', async () => {
    const cut = await labels((id) => `temperature scaling of ${id}`)
    expect(cut).toContain('tempera… isats')
    expect(new Set(cut).size).toBe(8)
  })

  it('are never part of an expression', () => {
    expect(cutLabel(100)).toMatch(/^length\(datum\.label\) > \d+ \?/)
  })
})
