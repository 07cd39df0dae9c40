import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AnalysisRecord } from '@umbra/report'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith, smallConfig } from './workspace.js'

const teacher = (width: number, seed = 0) => ({
  model: { id: 'cnn', options: { width } },
  train: { epochs: 1, batch: 16 },
  seed,
})
const small = (over: Readonly<Record<string, unknown>> = {}): string =>
  folderWith({
    'umbra.config.json': smallConfig({
      teachers: [teacher(2), teacher(4), teacher(4, 1)],
      ...over,
    }),
  })
const analyze = (cwd: string, ...words: string[]) => runCli(['analyze', ...words], { cwd })

test('measures of every teacher on both sets, agreement of every two, as JSON, tables and a page', async () => {
  const cwd = small()
  const { code, out, err } = await analyze(cwd, '--split', 'both', '--quiet', '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const record = JSON.parse(out) as AnalysisRecord
  expect(record.teachers.map(({ label }) => label)).toEqual(['cnn', 'cnn-2', 'cnn-3'])
  expect(record.teachers[1]!.parameters).toBeGreaterThan(record.teachers[0]!.parameters)
  // 8 of the 40 are held out from the teachers' training.
  for (const { sets } of record.teachers) {
    expect([sets.train!.samples, sets.test!.samples]).toEqual([32, 16])
    const { headline, curve, decomposition, relations, bins } = sets.test!
    expect(curve).toHaveLength(24)
    expect(curve.find(({ temperature }) => temperature === 1)).toEqual(headline)
    expect(headline.derivedAverage).toBeCloseTo((1 - headline.trueProbability) / 9, 12)
    expect(decomposition.every((p) => p.total > 0)).toBe(true)
    expect([relations.length, bins.length]).toEqual([10, 15])
  }
  expect(record.agreements.map(({ a, b, set, sameArchitecture }) => [a, b, set, sameArchitecture])).toEqual(
    ['train', 'test'].flatMap((set) => [
      ['cnn', 'cnn-2', set, false],
      ['cnn', 'cnn-3', set, false],
      ['cnn-2', 'cnn-3', set, true],
    ]),
  )
  const folder = join(cwd, 'runs', 'small-analysis')
  expect(JSON.parse(readFileSync(join(folder, 'analysis.json'), 'utf8'))).toEqual(record)
  const page = readFileSync(join(folder, 'analysis.html'), 'utf8')
  expect(page.includes('Agreement of class affinities')).toBe(true)
  expect(/<script|<img|<link|src=|url\(http/.exec(page)?.[0]).toBeUndefined()

  const text = await analyze(cwd, '--split', 'both', '--quiet')
  for (const part of ['cnn-3', 'derived variance', 'Spearman', folder]) expect(text.out).toContain(part)
  // The second time everything came from the store, and gave the same.
  expect(JSON.parse(readFileSync(join(folder, 'analysis.json'), 'utf8'))).toEqual(record)
  expect((await analyze(cwd, '--split', 'both')).err).not.toContain('logits of')
})

test('a stored file that is damaged is computed again', async () => {
  const cwd = small({ teachers: [teacher(2)] })
  const first = await analyze(cwd, '--quiet', '--json')
  const store = join(cwd, 'runs', '.store', 'logits')
  for (const file of readdirSync(store).filter((name) => name.includes('.')))
    writeFileSync(join(store, file), 'damaged')
  const again = await analyze(cwd, '--json')
  expect(again.out).toBe(first.out)
  expect(again.err).toContain('logits of cnn on 16 test images')
})

test('what an analysis refers to stays in the store as long as its folder is there', async () => {
  const cwd = small({ teachers: [teacher(2)] })
  expect((await analyze(cwd, '--quiet')).code).toBe(0)
  const clean = async (): Promise<string[]> => {
    const { out } = await runCli(['store', 'clean', '--unused', '--yes', '--json'], { cwd })
    const { removed } = JSON.parse(out) as { removed: { kind: string }[] }
    return removed.map(({ kind }) => kind)
  }
  expect(await clean()).toEqual([])
  rmSync(join(cwd, 'runs', 'small-analysis'), { recursive: true })
  expect(await clean()).toEqual(['teacher', 'logits'])
  expect(readdirSync(join(cwd, 'runs', '.store', 'logits'))).toEqual([])
})

test('teachers by flags, with a named normalisation and a student to decompose against', async () => {
  const cwd = small({ teachers: [teacher(2)] })
  await runCli(['compare', '--quiet'], { cwd })
  const weights = join(cwd, 'runs', 'small', 'arms', 'ce-s0', 'student.safetensors')
  expect(existsSync(weights)).toBe(true)
  const run = async (...words: string[]) => {
    const { code, out, err } = await runCli(
      [
        'analyze',
        '--dataset',
        'digits',
        '--teacher',
        `cnn=${weights}`,
        '--engine',
        'wasm',
        '--quiet',
        '--json',
        ...words,
      ],
      { cwd: folderWith() },
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return JSON.parse(out) as AnalysisRecord
  }
  const own = await run()
  expect(await run('--normalisation', 'digits')).toEqual(own)
  expect(own.decomposedAgainst).toBe('each teacher itself')
  // Against the teacher itself, as a student, the parts are those of its entropy.
  const against = await run('--against', `cnn=${weights}`)
  expect(against.decomposedAgainst).toBe('student cnn')
  expect(against.teachers).toEqual(own.teachers)
})

test.each([
  ['a set that is none', ['--split', 'validation'], /UMBRA_USAGE: --split.*train, test or both/],
  ['an unknown normalisation', ['--normalisation', 'imagnet'], /UMBRA_USAGE: .*imagenet/],
  ['no teacher', ['--set', 'teachers=[]'], /UMBRA_TEACHERS: umbra analyze/],
  ['a missing file', ['--teacher', 'cnn=none.pt'], /UMBRA_FILE_MISSING: .*none\.pt/],
])('refuses %s', async (_, words, message) => {
  const { code, out, err } = await analyze(small(), '--quiet', ...words)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(message)
})
