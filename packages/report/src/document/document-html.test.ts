import { expect, test } from 'vitest'
import { plotSpec } from '../plot/responsive-plot.js'
import { documentHtml } from './document-html.js'

const bars = (name: string) => () =>
  plotSpec({
    data: { values: [{ name, value: 1 }] },
    facet: { row: { field: 'name' } },
    spec: { mark: 'bar', encoding: { x: { field: 'value', type: 'quantitative' }, color: { field: 'name' } } },
  })

const figure = (title: string, spec: ReturnType<typeof bars>) => ({
  ...{ kind: 'figure' as const, title, caption: title, label: title, spec },
})
const page = (blocks: readonly ReturnType<typeof figure>[]): Promise<string> =>
  documentHtml({ title: 'Page', lead: [], footer: [], sections: [{ id: 'section', title: 'Section', blocks }] })

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
