import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import {
  type ComparisonResults,
  type SeedResult,
  jsonTable,
  markdownTable,
  summarise,
  terminalTable,
} from './index.js'

const seed = (number: number, top1: number, failed?: string): SeedResult => ({
  seed: number,
  top1,
  top5: 0.9,
  loss: 1.25,
  seconds: 75,
  imagesPerSecond: 350,
  failed,
})
const method = (label: string, ...tops: number[]) => ({
  label,
  id: label,
  seeds: tops.map((top1, i) => seed(i, top1)),
})
const teacher = { label: 'resnet56', top1: 0.7263, top5: 0.92, loss: 1.1, parameters: 861_620 }
const results = (...methods: ComparisonResults['methods']): ComparisonResults => ({
  methods,
  teachers: [teacher],
})

describe('summarise', () => {
  const table = summarise(results(method('ce', 0.6, 0.61, 0.62), method('kd', 0.63, 0.62, 0.67)))

  it('gives mean and sample standard deviation', () => {
    const [ce, kd] = table.methods
    expect(ce!.top1!.mean).toBeCloseTo(0.61, 12)
    expect(ce!.top1!.deviation).toBeCloseTo(0.01, 12)
    expect(kd!.top1!.mean).toBeCloseTo(0.64, 12)
    expect(kd!.top1!.deviation).toBeCloseTo(Math.sqrt(0.0007), 12)
  })

  it('pairs by seed, not by place', () => {
    const [, kd] = table.methods
    expect(kd!.difference!.mean).toBeCloseTo(0.03, 12)
    expect(kd!.difference!.deviation).toBeCloseTo(0.02, 12)
    const shuffled = { ...method('kd'), seeds: [seed(2, 0.67), seed(9, 0.1), seed(0, 0.63), seed(1, 0.62)] }
    const again = summarise(results(method('ce', 0.6, 0.61, 0.62), shuffled)).methods[1]!
    expect(again.difference!.mean).toBeCloseTo(0.03, 12)
    expect(again.difference!.count).toBe(3)
  })

  it('compares with ce when nothing else is asked, and with any label when it is', () => {
    expect(table.baseline).toBe('ce')
    expect(table.methods[0]!.difference).toBeUndefined()
    const other = summarise({ ...results(method('ce', 0.6), method('kd', 0.63)), baseline: 'kd' })
    expect(other.methods[0]!.difference!.mean).toBeCloseTo(-0.03, 12)
    expect(summarise(results(method('ats', 0.6), method('kd', 0.63))).baseline).toBeUndefined()
  })

  it('names the nearest method when the baseline is unknown', () => {
    const wrong = { ...results(method('ce', 0.6), method('kd', 0.63)), baseline: 'kdd' }
    expect(() => summarise(wrong)).toThrow(expect.objectContaining({ code: 'UMBRA_UNKNOWN_ID' }))
    expect(() => summarise(wrong)).toThrow(/Did you mean "kd"/)
  })

  it('leaves failed seeds out, names them, and gives no prize to a method that lost one', () => {
    const lame = { label: 'ats', id: 'ats', seeds: [seed(0, 0.9), seed(1, Number.NaN, 'loss is NaN')] }
    const { methods, notes } = summarise(results(method('ce', 0.6, 0.61), method('kd', 0.63, 0.62), lame))
    expect(methods[2]).toMatchObject({
      seeds: [0],
      failed: [{ seed: 1, reason: 'loss is NaN' }],
      best: false,
    })
    expect(methods[2]!.top1).toEqual({ mean: 0.9, count: 1 })
    expect(methods.map(({ best }) => best)).toEqual([false, true, false])
    expect(notes.join()).toContain('different seeds')
  })

  it('treats a result that is not a number as a failure', () => {
    const { methods } = summarise(results(method('ce', 0.6), method('kd', Number.NaN)))
    expect(methods[1]).toMatchObject({
      seeds: [],
      failed: [{ seed: 0, reason: 'the result is not a number' }],
    })
    expect(methods[1]!.top1).toBeUndefined()
  })

  it('says below three seeds that nothing is settled, and not from three on', () => {
    const unsettled = (...counts: number[][]) =>
      summarise(results(...counts.map((tops, i) => method(`m${i}`, ...tops)))).notes.join()
    expect(unsettled([0.1, 0.2], [0.3, 0.4])).toContain('not settled')
    expect(unsettled([0.1, 0.2, 0.3], [0.3, 0.4])).toContain('not settled')
    expect(unsettled([0.1, 0.2, 0.3], [0.3, 0.4, 0.5])).not.toContain('not settled')
    expect(unsettled([0.1])).not.toContain('not settled')
  })
})

describe('terminalTable', () => {
  const text = terminalTable(
    summarise({
      ...results(method('ce', 0.7281, 0.7343), method('kd', 0.74, 0.75), method('蒸留', 0.7)),
      student: { label: 'resnet20', parameters: 278_324 },
      credit: 'Digits: E. Alpaydin and C. Kaynak, CC BY 4.0.',
    }),
  )
  const lines = text.split('\n')

  it('has the teacher on top, percentages with spread, one value without, and the best marked', () => {
    expect(lines[2]).toMatch(/^ *teacher resnet56, 861\.6 k +72\.63 +92\.00/)
    expect(lines[3]).toMatch(/^ *ce +2 +73\.12 ± 0\.44 +90\.00 +baseline +1\.250 +350 +1 min 15 s$/)
    expect(lines[4]).toMatch(/^ *kd \* +2 +74\.50 ± 0\.71 +90\.00 +\+1\.38 ± 0\.27/)
    expect(lines[5]).toMatch(/^ *蒸留 +1 +70\.00 +90\.00 +-2\.81 /)
    expect(text).toContain('not settled')
    expect(text).toContain('Student resnet20, 278.3 k parameters.')
    expect(lines.at(-1)).toBe('Digits: E. Alpaydin and C. Kaynak, CC BY 4.0.')
  })

  it('aligns by width on the screen', () => {
    const rows = [lines[0]!, ...lines.slice(3, 6)]
    expect(new Set(rows.map((line) => stringWidth(line))).size).toBe(1)
  })

  it('lets no name steer the terminal', () => {
    const evil = '\u001b[2Jkd\u0007\u009b31m\r\nce\u202e'
    const sick = { label: evil, id: 'kd', seeds: [seed(0, Number.NaN, `\u001b]0;title\u0007${evil}`)] }
    const shown = terminalTable(summarise({ ...results(method('ce', 0.6), sick), baseline: evil }))
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(shown).toContain('failed')
  })

  it('cuts a very long name', () => {
    const shown = terminalTable(summarise(results(method('x'.repeat(5000), 0.6))))
    expect(Math.max(...shown.split('\n').map((line) => stringWidth(line)))).toBeLessThan(140)
  })
})

describe('markdownTable', () => {
  const columns = (line: string) => line.split(/(?<!\\)\|/u).length

  it('keeps its columns and makes no markup, whatever a name says', () => {
    const label = '<img src=x>|*kd*`[a](b)`\n| x'
    const text = markdownTable(summarise(results(method('ce', 0.6, 0.61), method(label, 0.7, 0.71))))
    const rows = text.split('\n').filter((line) => line.startsWith('|'))
    expect(rows).toHaveLength(5)
    expect(new Set(rows.map(columns)).size).toBe(1)
    expect(text).not.toContain('<img')
    expect(rows[4]).toContain('**&lt;img src=x&gt;\\|\\*kd\\*\\`\\[a\\](b)\\` \\| x** \\*')
    expect(rows[4]).toContain('70.50 ± 0.71')
  })

  it('puts notes below as a list', () => {
    const text = markdownTable(summarise(results(method('ce', 0.6), method('kd', 0.7))))
    expect(text).toMatch(/\n\n- /)
    expect(text).toContain('- Fewer than 3 seeds: differences between methods are not settled.')
  })
})

describe('jsonTable', () => {
  it('is the table, unrounded', () => {
    const table = summarise(results(method('ce', 0.6, 0.61), method('kd\u009b31m\u202e', 0.7, 0.71)))
    const text = jsonTable(table)
    expect(JSON.parse(text)).toEqual(table)
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})
