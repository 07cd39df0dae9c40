import { expect, test, vi } from 'vitest'
import { loadVega } from '../plot/load-vega.js'
import { plotsMissing } from '../plot/plots-missing.js'
import { documentHtml } from './document-html.js'

vi.mock(import('../plot/load-vega.js'), async (original) => {
  const { loadVega } = await original()
  return { loadVega: vi.fn(loadVega) }
})

const bars = (name: string) => () => ({
  data: { values: [{ name, value: 1 }] },
  facet: { row: { field: 'name' } },
  spec: {
    mark: 'bar',
    encoding: { x: { field: 'value', type: 'quantitative' }, color: { field: 'name' } },
  },
})

const figure = (title: string, spec: ReturnType<typeof bars>) => ({
  ...{ kind: 'figure' as const, title, caption: title, label: title, spec },
  table: { caption: 'numbers', columns: [{ title: 'name' }], rows: [[title]] },
})
const page = (blocks: readonly ReturnType<typeof figure>[]): Promise<string> =>
  documentHtml({
    title: 'Page',
    lead: [],
    footer: [],
    sections: [{ id: 'section', title: 'Section', blocks }],
  })

test('an error in one plot costs that plot alone, and is said', async () => {
  const broken = () => {
    throw new Error('no <data>')
  }
  const html = await page([figure('first', broken), figure('second', bars('kd'))])
  expect(html).toContain('This plot could not be drawn: no &lt;data&gt;')
  expect(html.match(/<svg/g)).toHaveLength(2)
})

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'a series may be called %s',
  async (name) => {
    const html = await page([figure('plot', bars(name))])
    expect(html).not.toContain('could not be drawn')
    expect(html).toContain(name)
  },
)

test('without the packages that draw, the page says what to install and has every number', async () => {
  vi.mocked(loadVega).mockRejectedValue(new Error('Run "npm install vega"'))
  const html = await page([figure('first', bars('kd'))])
  vi.mocked(loadVega).mockReset()
  expect(html).toContain('There are no plots here: Run &quot;npm install vega&quot;')
  expect(html).not.toContain('<svg')
  expect(html).not.toContain('<details')
  expect(html).toMatch(/<table[^>]*>.*first.*<\/table>/s)
})

test('nothing is missing here', async () => expect(await plotsMissing()).toBeUndefined())
