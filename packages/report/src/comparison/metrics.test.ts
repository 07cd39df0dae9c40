import type { ArmResult, ComparisonRecord } from '@umbra/core/trainer'
import { parse as parseCsv } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { exampleRecord } from '../../test/example-record.js'
import { analyseComparison } from '../statistics/analyse-comparison.js'
import { parseComparisonRecord } from './parse-comparison-record.js'
import { reportCsv } from './report-csv.js'
import { reportJson, reportMarkdown } from './report.js'
import { terminalReport } from './terminal-report.js'

type Metrics = NonNullable<ArmResult['metrics']>

/** The example with the metrics that `of` gives each arm. */
function measured(of: (arm: ArmResult) => Metrics | undefined, cat = 'cat'): ComparisonRecord {
  const base = exampleRecord({ pairs: 1, failed: [] })
  return {
    ...base,
    metrics: [
      { id: 'macro-f1', title: 'Macro F1', better: 'higher', unit: 'fraction', options: {} },
      { id: 'nll', title: 'NLL, nats', better: 'lower', unit: 'number', options: { base: cat } },
      { id: 'class', title: `Each ${cat}`, better: 'higher', unit: 'fraction', options: {} },
    ],
    pairs: base.pairs.map((pair) => ({
      ...pair,
      methods: pair.methods.slice(0, 2).map((method) => ({
        ...method,
        arms: method.arms.map((arm) => {
          const metrics = of(arm)
          return metrics === undefined ? arm : { ...arm, metrics }
        }),
      })),
    })),
  }
}
const figures = (seed: number, cat: string): NonNullable<Metrics['final']> => ({
  'macro-f1': 0.5 + seed / 100,
  nll: 1.23456,
  class: { [cat]: 0.25 + seed / 100, dog: Number.NaN },
})
const all = measured(({ seed }) => ({ final: figures(seed, 'cat'), best: { 'macro-f1': 0.4 } }))
const texts = (record: ComparisonRecord): { readonly page: string; readonly terminal: string } => {
  const analysis = analyseComparison(record)
  return { page: reportMarkdown(analysis, record), terminal: terminalReport(analysis, record) }
}

describe('metrics of a comparison', () => {
  it('are columns beside the accuracy where they are one figure', () => {
    const { page, terminal } = texts(all)
    expect(page).toMatch(/\| Loss, nats \| Macro F1, % \| NLL, nats \|/)
    expect(page).toMatch(/\| 51\.00 ± 1\.00 \| 1\.23 ± 0 \|/)
    expect(terminal).toMatch(/Macro F1, %\s+NLL, nats/)
    expect(terminal).toMatch(/51\.00 ± 1\.00/)
  })

  it('have a table of their own for the weights best on validation, and for each of several figures', () => {
    const { page } = texts(all)
    expect(page).toContain('Metrics at the epoch best on validation')
    expect(page).toMatch(/\| (?:ce|kd) \| 40\.00 ± 0\.00 \|/)
    expect(page).toContain('Each cat, %, test set, last epoch: means over seeds.')
    expect(page).toMatch(/\| cat \| 26\.00 \| 26\.00 \|/)
    expect(page).toMatch(/\| dog \| – \| – \|/)
    expect(page).not.toContain('Metrics of the averaged weights')
  })

  it('are named among what ran, with their options', () => {
    expect(texts(all).page).toMatch(/Metrics \| macro-f1; nll \(base cat\); class/)
  })

  it('say where a figure is missing, and why', () => {
    const some = measured(({ seed, method }) =>
      method === 'ce' && seed === 0
        ? { final: { nll: 1, class: { cat: 1 } }, missing: { 'macro-f1': 'it threw.' } }
        : method === 'ce' && seed === 1
          ? undefined
          : { final: figures(seed, 'cat') },
    )
    const { page, terminal } = texts(some)
    for (const text of [page, terminal]) {
      expect(text).toContain('ce, seed 0, has no figure of Macro F1: it threw.')
      expect(text).toContain('ce, seed 1, has no figure of NLL, nats: it was recorded without it.')
    }
    const none = measured(() => undefined)
    expect(texts(none).page).not.toContain('Macro F1, %')
  })

  it('are columns of the CSV, unrounded, and part of the JSON', () => {
    const rows: Record<string, string>[] = parseCsv(reportCsv(all), { columns: true })
    expect(rows[1]).toMatchObject({
      'final_macro-f1': '0.51',
      final_nll: '1.23456',
      'final_class/cat': '0.26',
      'best_macro-f1': '0.4',
    })
    expect(JSON.parse(reportJson(analyseComparison(all), all))).toMatchObject({
      pairs: [{ methods: [{ final: { metrics: { nll: { single: { mean: 1.23456 } } } } }, {}] }],
    })
    expect(Object.keys(rows[0]!)).not.toContain('average_nll')
  })

  it('are read as they were written', () => {
    expect(parseComparisonRecord(JSON.stringify(all), 'the record')).toEqual(all)
  })

  it('take no name for markup or a formula', () => {
    const cat = '=cat|<script>alert(1)</script>\u001b[31m'
    const evil = measured(({ seed }) => ({ final: figures(seed, cat) }), cat)
    const { page, terminal } = texts(evil)
    for (const text of [page, terminal]) {
      expect(text).not.toContain('<script>')
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
    const [header] = reportCsv(evil).split('\n')
    expect(header).not.toContain('\u001b')
  })
})
