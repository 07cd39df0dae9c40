import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sealedJson } from '@umbra/core/files'
import { omit } from '@umbra/core/trainer'
import { describe, expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith } from './workspace.js'

const evaluation = (top1: number) => ({ top1, top5: 0.9, loss: 1, samples: 100 })
const made = (id: string, seed: number) => ({
  ...{ arm: `${id}-s${seed}`, label: id, method: id, seed, hash: '', cohort: [] },
  ...{ history: [], seconds: 1 },
})
const method = (id: string, ...tops: readonly (number | null)[]) => ({
  id,
  label: id,
  options: {},
  arms: tops.map((top1, seed) =>
    top1 === null
      ? {
          ...made(id, seed),
          failed: { code: 'UMBRA_DIVERGED', reason: 'not a number' },
          imagesPerSecond: null,
        }
      : { ...made(id, seed), final: evaluation(top1), imagesPerSecond: 10 },
  ),
})
const record = {
  format: 3,
  name: 'first',
  command: 'umbra compare',
  created: '2026-01-01T00:00:00Z',
  seconds: 10,
  dataset: { id: 'digits', classes: 10, train: 90, validation: 10, test: 100, sources: [] },
  recipe: { epochs: 1 },
  seeds: [0, 1, 2],
  pairs: [
    {
      id: 'cnn>cnn',
      student: { label: 'cnn', parameters: 10 },
      teachers: [{ label: 'cnn-32', parameters: 100, evaluation: evaluation(0.9) }],
      methods: [method('ce', 0.6, 0.61, 0.62), method('kd', 0.7, 0.71, 0.725), method('ats', 0.7, null, 0.7)],
    },
  ],
  environment: {
    umbra: '0.1.0',
    plugins: [],
    engine: 'cpu',
    node: '20',
    platform: 'linux x64',
    processor: 'p',
    cores: 1,
    memoryBytes: 1e9,
  },
}
const sealed = (value: unknown): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? sealedJson(value)
    : JSON.stringify(value)
const run = (value: unknown = record) => folderWith({ 'runs/first/record.json': sealed(value) })
const file = (folder: string, name: string) => readFileSync(join(folder, 'runs/first', name), 'utf8')

describe('umbra report', () => {
  test('writes page, Markdown, JSON and CSV next to the record and prints the table', async () => {
    const cwd = run()
    const { code, out, err } = await runCli(['report', 'runs/first'], { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('ce falls behind kd by')
    expect(out).toContain('report.html')
    expect(file(cwd, 'report.html')).toContain('<h1>first</h1>')
    expect(file(cwd, 'report.md')).toContain('# first')
    expect(file(cwd, 'report.csv').split('\n')[0]).toMatch(/^pair,method,label,seed,status/)
    expect(JSON.parse(file(cwd, 'report.json'))).toMatchObject({ name: 'first', pairs: [{ baseline: 'kd' }] })
  })

  test('compares with another baseline, and as one JSON document', async () => {
    const { code, out } = await runCli(['report', 'runs/first', '--baseline', 'ce', '--json'], { cwd: run() })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ name: 'first', pairs: [{ baseline: 'ce' }] })
  })

  test.each([
    [['report', 'runs/first', '--baseline', 'kdd'], /UMBRA_UNKNOWN_ID.*Did you mean "kd"/],
    [['report', 'runs/second'], /UMBRA_FILE_MISSING.*record\.json/],
  ])('%j is the fault of the input', async (words, text) => {
    const { code, err } = await runCli(words, { cwd: run() })
    expect(code).toBe(2)
    expect(err).toMatch(text)
  })

  test('refuses a record of an earlier version in one line', async () => {
    const earlier = omit(record, ['format'])
    const { code, out, err } = await runCli(['report', 'runs/first'], { cwd: run(earlier) })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(
      /^error UMBRA_RUN_FORMAT: .*record\.json was written by another version of Umbra[^\n]*\n$/,
    )
  })

  test.each([
    ['{', /it is not JSON.*--resume/],
    [sealed({ ...record, seeds: ['zero'] }), /seeds\.0/],
    [sealed(record).replace('0.725', '0.925'), /its checksum differs.*--resume/],
    [JSON.stringify(record), /it has no checksum/],
    [JSON.stringify([]), /the record/],
  ])('names what is wrong with a record: %s', async (text, told) => {
    const cwd = folderWith({ 'runs/first/record.json': text })
    const { code, err } = await runCli(['report', 'runs/first'], { cwd })
    expect(code).toBe(2)
    expect(err).toMatch(/UMBRA_FILE_CORRUPT/)
    expect(err).toMatch(told)
  })
})
