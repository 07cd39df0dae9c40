import { createHash } from 'node:crypto'
import { type ArmResult, type ComparisonRecord, omit } from '@umbra/core/trainer'
import { parse as parseCsv } from 'csv-parse/sync'
import { describe, expect, it, vi } from 'vitest'
import { exampleRecord } from '../../test/example-record.js'
import { attribute, elements, text } from '../../test/page.js'
import { analyseComparison } from '../statistics/analyse-comparison.js'
import { parseComparisonRecord } from './parse-comparison-record.js'
import { reportCsv } from './report-csv.js'
import { reportHtml, reportJson, reportMarkdown } from './report.js'
import { terminalReport } from './terminal-report.js'

const page = (record: ComparisonRecord) => reportHtml(analyseComparison(record), record)
/** The page of the example, drawn once. */
let drawn: Promise<string> | undefined
const examplePage = () => (drawn ??= page(exampleRecord()))
const markdown = (record: ComparisonRecord) => reportMarkdown(analyseComparison(record), record)

/** Every text of a record replaced, its structure kept. */
function renamed(value: unknown, rename: (text: string) => string): unknown {
  if (typeof value === 'string') return ['finished', 'failed', 'kd'].includes(value) ? value : rename(value)
  if (Array.isArray(value)) return value.map((each) => renamed(each, rename))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [FREE.test(key) ? rename(key) : key, renamed(inner, rename)]),
  )
}
/** Keys that are names given by plugins and users. */
const FREE = /^(ce|hint|inter|intra|temperature|trueTemperature|ece|schedule|momentum)$/

const EVIL = `</title></svg></script></style><script>alert(1)</script><img src=x onerror=alert(1)>"'\`\`\`|*_[a](javascript:x)\u001b[31m\u202e\r\n# =cmd`
const evil = (): ComparisonRecord =>
  renamed(exampleRecord({ pairs: 1 }), (name) => `=${name}${EVIL}`) as ComparisonRecord

const ALLOWED = new Set(
  'html head meta title style body a header h1 h2 h3 h4 div p nav ul li main section figure figcaption details summary table caption span thead tbody tr th td pre code footer svg g path line rect text defs clippath'.split(
    ' ',
  ),
)

describe('reportHtml', () => {
  it('is the same bytes again', async () => {
    expect(await page(exampleRecord())).toBe(await examplePage())
  })

  it('is self-contained: no script, no style attribute, nothing to load, under a policy that says so', async () => {
    const all = elements(await examplePage())
    const policy = attribute(
      all.find((each) => attribute(each, 'http-equiv') !== undefined)!,
      'content',
    )!
    const style = text(all.find(({ tagName }) => tagName === 'style')!)
    const hash = createHash('sha256').update(style).digest('base64')
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`)
    expect(style).not.toMatch(/url\(|@import/)
    inert(all)
  })

  it('takes no name for markup, wherever it stands', async () => {
    const all = elements(await page(evil()))
    inert(all)
    expect(text(all.find(({ tagName }) => tagName === 'h1')!)).toContain('<script>alert(1)</script>')
    expect(all.map((each) => text(each)).join('')).not.toMatch(/[^\P{Cc}\n\t]|\p{Cf}/u)
  })

  it('is accessible: named drawings, captions, scopes, headings in order, links that lead somewhere', async () => {
    const all = elements(await examplePage())
    const named = (tag: string) => all.filter(({ tagName }) => tagName === tag)
    for (const svg of named('svg')) {
      expect(attribute(svg, 'role')).toBe('img')
      expect(attribute(svg, 'aria-label')!.length).toBeGreaterThan(20)
    }
    for (const table of named('table')) {
      expect(table.childNodes.some((child) => child.nodeName === 'caption')).toBe(true)
    }
    for (const header of named('th')) expect(attribute(header, 'scope')).toMatch(/^(row|col)$/)
    for (const box of all.filter((each) => attribute(each, 'class') === 'scroll')) {
      expect(attribute(box, 'tabindex')).toBe('0')
      expect(attribute(box, 'aria-label')).toBeTruthy()
    }
    const ids = all.flatMap((each) => attribute(each, 'id') ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    for (const link of named('a')) expect(ids).toContain(attribute(link, 'href')!.slice(1))
    const levels = all.filter(({ tagName }) => /^h\d$/.test(tagName)).map(({ tagName }) => Number(tagName[1]))
    levels.forEach((level, i) => expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1))
    expect(attribute(named('html')[0]!, 'lang')).toBe('en')
  })

  it('shows what the issue of a report is: sentences, plots, tables, what ran, what failed', async () => {
    const shown = elements(await examplePage())
      .filter(({ tagName }) => /^(p|li|h\d|th|td|caption|pre|summary)$/.test(tagName))
      .map((each) => text(each))
      .join('\n')
    for (const part of [
      /ats beats kd by [\d.]+ ± [\d.]+ points, 3 seeds\./,
      /dkd and kd cannot be told apart with 3 seeds/,
      /fitnet, seed 1, failed in epoch 4: UMBRA_DIVERGED/,
      'Ranking',
      'Learning curves',
      'What the loss is made of',
      'Accuracy against cost',
      'Derived variance',
      'Trials for ats',
      'a'.repeat(64),
      'schedule.milestones',
      'Example CPU',
      'Teacher resnet20, student resnet8',
      'umbra compare -c umbra.config.ts',
    ]) {
      expect(shown).toMatch(part)
    }
  })

  it('stays small and warns of nothing, with long runs and long names', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const long = exampleRecord({
      seeds: 5,
      epochs: 240,
      pairs: 1,
      label: (id) => `${id} ${'with options '.repeat(6)}`,
    })
    expect((await page(long)).length).toBeLessThan(2 ** 20)
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  it.each(Object.entries(oddRecords()))('copes with %s', async (_, record) => {
    const made = await page(record)
    inert(elements(made))
    expect(made).not.toMatch(/NaN|undefined|Infinity|\[object/)
    expect(markdown(record)).not.toMatch(/NaN|undefined|Infinity|\[object/)
    expect(terminalReport(analyseComparison(record), record)).not.toMatch(/NaN|undefined|Infinity/)
    expect(reportCsv(record)).not.toMatch(/undefined|\[object/)
  })

  it('shows published numbers next to ours where a pair has them, and says how they were chosen', async () => {
    const { dataset, ...rest } = exampleRecord({ pairs: 1 })
    const pairs = rest.pairs.map((pair) => ({ ...pair, student: { label: 'ResNet20', parameters: 278_324 } }))
    const shown = await page({ ...rest, dataset: { ...dataset, id: 'cifar-100' }, pairs })
    expect(shown).toContain('Published against ours')
    expect(shown).toContain('70.66')
    expect(shown).toContain('best test epoch')
    expect(await examplePage()).not.toContain('Published against ours')
  })
})

describe('reportMarkdown', () => {
  it('keeps its columns and holds no markup, whatever a name says', () => {
    const made = markdown(evil())
    // In a fence nothing is markup; only another fence would end it.
    const outside = made.replace(/^(`{3,})\n[^\n]*\n\1$/m, '')
    expect(outside.length).toBeLessThan(made.length)
    expect(outside).not.toMatch(/<|^\s*```/m)
    expect(made.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(outside).not.toMatch(/[^\\]\]\(javascript:/)
    const tables = made.split('\n\n').filter((part) => part.startsWith('|'))
    expect(tables.length).toBeGreaterThan(8)
    for (const table of tables) {
      expect(new Set(table.split('\n').map((line) => line.split(/(?<!\\)\|/u).length)).size).toBe(1)
    }
  })

  it('has the sentences and every table of the page', async () => {
    const made = markdown(exampleRecord())
    const captions = elements(await examplePage())
      .filter(({ tagName }) => tagName === 'caption')
      .map((each) => text(each))
    expect(made).toMatch(/^- ats beats kd by/m)
    for (const caption of captions)
      expect(made).toContain(caption.replace('d_z', 'd\\_z').replaceAll('\u00a0%', ' %'))
  })
})

describe('reportCsv', () => {
  it('has one row an arm, numbers unrounded', () => {
    const rows: Record<string, string>[] = parseCsv(reportCsv(exampleRecord()), { columns: true })
    expect(rows).toHaveLength(2 * 8 * 3)
    const [pair] = exampleRecord().pairs
    const { final, best, bestEpoch } = pair!.methods[0]!.arms[0]!
    expect(Number(rows[0]!.final_top1)).toBe(final!.top1)
    // Epochs from one, as people count.
    expect(Number(rows[0]!.best_epoch)).toBe(bestEpoch!.epoch + 1)
    expect(Number(rows[0]!.best_top1)).toBe(best!.top1)
    expect(rows.find(({ status }) => status === 'failed')).toMatchObject({ method: 'fitnet', final_top1: '' })
  })

  it('gives a spreadsheet no formula', () => {
    const cells: string[][] = parseCsv(reportCsv(evil()))
    expect(cells.flat().some((cell) => cell.includes('alert(1)'))).toBe(true)
    for (const cell of cells.flat()) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?!\d)/)
  })
})

describe('reportJson', () => {
  it('is the statistics, unrounded, without characters that steer a terminal', () => {
    const record = exampleRecord()
    const analysis = analyseComparison(record)
    expect(JSON.parse(reportJson(analysis, record))).toMatchObject({
      seeds: [0, 1, 2],
      pairs: analysis.pairs,
    })
    expect(reportJson(analyseComparison(evil()), evil()).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})

describe('terminalReport', () => {
  it('lets no name steer the terminal', () => {
    const record = evil()
    const shown = terminalReport(analyseComparison(record), record)
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(shown).toContain('cannot be told apart')
  })
})

/** No element and no attribute that runs, loads or leaves the page. */
function inert(all: ReturnType<typeof elements>): void {
  const wrong = all.flatMap((each) => [
    ...(ALLOWED.has(each.tagName.toLowerCase()) ? [] : [each.tagName]),
    ...each.attrs
      .filter(
        ({ name, value }) =>
          /^on|^style$|^src|^action$/i.test(name) || (name.includes('href') && !value.startsWith('#')),
      )
      .map(({ name, value }) => `${each.tagName} ${name}=${value}`),
    ...each.attrs.filter(({ value }) => /url\((?!#d[0-9a-f]+-\d+\))/.test(value)).map(({ value }) => value),
  ])
  expect(wrong).toEqual([])
}

const without = (arm: ArmResult, ...keys: readonly 'final'[]): ArmResult =>
  omit(arm, ['best', 'bestEpoch', 'ownSeconds', ...keys])

function oddRecords(): Record<string, ComparisonRecord> {
  const base = exampleRecord({ pairs: 1 })
  const [pair] = base.pairs
  // Three are enough here: it is the kinds of figures that are odd, and drawing takes time.
  const methods = pair!.methods.slice(0, 3)
  const withMethods = (changed: typeof methods): ComparisonRecord => ({
    ...base,
    pairs: [{ ...pair!, methods: changed }],
  })
  const failed = { code: 'UMBRA_DIVERGED', reason: 'gone' }
  const nothing = { top1: Number.NaN, top5: Number.NaN, loss: Number.NaN, samples: 0 }
  return {
    'one seed and one epoch': exampleRecord({ seeds: 1, epochs: 1, failed: [] }),
    'a run that has only begun': withMethods(methods.map((method) => ({ ...method, arms: [] }))),
    'arms that all failed': withMethods(
      methods.map((method) => ({
        ...method,
        arms: method.arms.map(
          (arm) => ({ ...without(arm, 'final'), failed, seconds: 1, imagesPerSecond: Number.NaN }) as const,
        ),
      })),
    ),
    'results that are not numbers': withMethods(
      methods.map((method, i) =>
        i % 2 === 0
          ? method
          : {
              ...method,
              arms: method.arms.map((arm) => ({
                ...arm,
                final: nothing,
                ownSeconds: Number.NaN,
                seconds: Number.NaN,
              })),
            },
      ),
    ),
    'no histories, no best epochs': withMethods(
      methods.map((method) => ({
        ...method,
        arms: method.arms.map((arm) => ({ ...without(arm), history: [] })),
      })),
    ),
    'no validation and no weights': withMethods(
      methods.map((method) => ({
        ...method,
        arms: method.arms.map((arm) => ({
          ...arm,
          history: arm.history.map(({ epoch, train: { loss, accuracy, terms } }) => ({
            epoch,
            train: { loss, accuracy, terms },
          })),
        })),
      })),
    ),
    'no teacher': { ...base, pairs: [{ ...pair!, teachers: [] }] },
    'no pair': { ...base, pairs: [] },
    'one method': withMethods(methods.slice(2)),
    'identical seeds': withMethods(
      methods.map((method) => ({
        ...method,
        arms: method.arms.map(
          (arm) => ({ ...arm, final: arm.final && { ...arm.final, top1: 0.5 } }) as typeof arm,
        ),
      })),
    ),
    'twenty methods': withMethods(
      Array.from({ length: 20 }, (_, i) => ({ ...methods[i % 3]!, label: `${methods[i % 3]!.id} ${i}` })),
    ),
  }
}

describe('hooks', () => {
  const plain = exampleRecord({ pairs: 1 })
  const hooked: ComparisonRecord = {
    ...plain,
    hooks: [
      { id: 'ema', options: { decay: 0.99 } },
      { id: 'early-stopping', options: {} },
    ],
    pairs: plain.pairs.map((pair) => ({
      ...pair,
      methods: pair.methods.map((method) => ({
        ...method,
        arms: method.arms.map((arm) => ({
          ...arm,
          average: { top1: 0.5 + arm.seed / 1000, top5: 0.9, loss: 1.5, samples: 10_000 },
          ...(method.id === 'kd' && arm.seed === 0 ? { stopped: { epoch: 3, reason: 'no better' } } : {}),
        })),
      })),
    })),
  }

  it('gives averages a column, says who was ended, and names the hooks', () => {
    const text = markdown(hooked)
    expect(text).toContain('Top-1, averaged weights')
    expect(text).toContain('kd, seed 0, was stopped after epoch 4: no better.')
    expect(text).toMatch(/Hooks.*ema \(decay.*0\.99\); early-stopping/)
    expect(terminalReport(analyseComparison(hooked), hooked)).toContain('average')
    expect(markdown(plain)).not.toContain('averaged weights')
    expect(terminalReport(analyseComparison(plain), plain)).not.toContain('average')
  })

  it('reads averages as they stand in the record', () => {
    const [pair] = analyseComparison(hooked).pairs
    const kd = pair!.methods.find(({ id }) => id === 'kd')!
    const values = hooked.pairs[0]!.methods.find(({ id }) => id === 'kd')!.arms.map(
      ({ average }) => average!.top1,
    )
    expect(kd.average.top1!.mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 12)
    expect(kd.seeds).toContain(0)
    const rows: Record<string, string>[] = parseCsv(reportCsv(hooked), { columns: true })
    const row = rows.find(({ method, seed }) => method === 'kd' && seed === '0')!
    expect(row).toMatchObject({ average_top1: '0.5', stopped_epoch: '4', stopped_reason: 'no better' })
    expect(rows.find(({ method }) => method === 'ce')!.stopped_epoch).toBe('')
  })

  it('is parsed from its file', () => {
    expect(parseComparisonRecord(JSON.stringify(hooked), 'record.json')).toEqual(hooked)
  })
})
