import type { TopLevelSpec } from 'vega-lite'
import { describe, expect, it } from 'vitest'
import { renderVegaLite } from './render-vega-lite.js'

const EVIL = `<script>alert(1)</script>"'&]]>`
const spec = (name: string): TopLevelSpec => ({
  data: {
    values: [
      { name, value: 1 / 3 },
      { name: 'kd', value: 2 },
    ],
  },
  width: 200,
  encoding: {
    y: { field: 'name', type: 'nominal' },
    x: { field: 'value', type: 'quantitative' },
    color: { field: 'name', type: 'nominal', scale: { range: ['var(--series-0,#00f)', '#f00'] } },
    description: { field: 'name', type: 'nominal' },
  },
  layer: [{ mark: { type: 'line', clip: true } }, { mark: 'point' }],
})

describe('renderVegaLite', () => {
  it('draws an image with a name, in colours of the page', async () => {
    const svg = await renderVegaLite(spec('ce'), { label: 'Accuracy of ce & kd', className: 'wide' })
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="Accuracy of ce &amp; kd" class="wide"/)
    expect(svg).toMatch(/<\/svg>$/)
    expect(svg).toContain('var(--series-0,#00f)')
    expect(svg).toContain('<title>ce</title>')
  })

  it('gives the same bytes again, whatever was drawn before', async () => {
    const first = await renderVegaLite(spec('ce'), { label: 'a' })
    await renderVegaLite(spec('kd'), { label: 'b' })
    expect(await renderVegaLite(spec('ce'), { label: 'a' })).toBe(first)
  })

  it('names clip paths for the whole page: no two drawings share one', async () => {
    const ids = (svg: string) => [...svg.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id!)
    const one = await renderVegaLite(spec('ce'), { label: 'a' })
    const two = await renderVegaLite(spec('dkd'), { label: 'a' })
    expect(ids(one).length).toBeGreaterThan(0)
    expect(new Set([...ids(one), ...ids(two)]).size).toBe(ids(one).length + ids(two).length)
    for (const [, used] of one.matchAll(/url\(#([^)]+)\)/g)) expect(ids(one)).toContain(used)
  })

  it('shows names and never obeys them', async () => {
    const svg = await renderVegaLite(spec(EVIL), { label: EVIL })
    expect(svg).not.toContain('<script')
    expect(svg).toContain('&lt;script&gt;')
    expect(svg).not.toMatch(/\sstyle=|\son[a-z]+=|<a\b|<image|<foreignObject|href/i)
  })

  it('leaves room for names by their width, a wide character counting twice', async () => {
    const width = async (name: string) =>
      Number(/width="([\d.]+)"/.exec(await renderVegaLite(spec(name), { label: 'a' }))![1])
    expect(await width('蒸留蒸留蒸留')).toBeGreaterThan(await width('kdkdkd'))
  })
})
