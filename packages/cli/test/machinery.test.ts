import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith, pluginSource, smallConfig } from './workspace.js'

const teachers = [{ model: { id: 'cnn', options: { width: 4 } }, train: { epochs: 1, batch: 16 } }]
const student = { model: { id: 'cnn', options: { width: 2 } } }
const config = (over: object = {}): string => smallConfig({ teachers, student, methods: ['kd'], ...over })

interface Planned {
  readonly stages: readonly {
    readonly stage: string
    readonly arms: readonly string[]
    readonly steps: number
  }[]
  readonly seconds?: number
  readonly diskBytes: number
}

test('a plan has arms, stages, steps, an estimate of time and of disk, and makes nothing', async () => {
  const methods = ['kd', { id: 'ats', search: { studentTemperature: [1, 2, 4] } }]
  const search = { strategy: 'halving', eta: 3, epochs: 3 }
  const cwd = folderWith({ 'umbra.config.json': config({ methods, search, baselines: true, seeds: [0, 1] }) })
  const { code, out, err } = await runCli(['compare', '--dry-run', '--json', '--workers', '2'], { cwd })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { stages, seconds, diskBytes } = JSON.parse(out) as Planned
  expect(stages.map(({ stage, arms, steps }) => [stage, arms.length, steps])).toEqual([
    ['teacher-cnn', 1, 2],
    ['search-1-epochs-seed-1000', 3, 2],
    ['search-3-epochs-seed-1000', 1, 6],
    ['seed-0', 3, 2],
    ['seed-1', 3, 2],
  ])
  expect(seconds).toBeGreaterThan(0)
  expect(diskBytes).toBeGreaterThan(0)
  const text = await runCli(['compare', '--dry-run'], { cwd })
  expect(text.out).toMatch(/8 more held out for validation/)
  expect(text.out).toMatch(
    /estimated time: about \d+s, measured over a few steps just now; disk: at most about 1 MB/,
  )
})

test('tune ranks trials on validation and gives the options as configuration', async () => {
  const cwd = folderWith({ 'umbra.config.json': config({ methods: ['ce', 'kd'] }) })
  const words = ['tune', '--method', 'kd', '--search', 'temperature=1,4,16', '--quiet']
  const first = await runCli([...words, '--json'], { cwd })
  expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' })
  const result = JSON.parse(first.out) as {
    searches: { search: { trials: { validation: number }[] }; options: { temperature: number } }[]
    config: { methods: unknown[] }
    runDir: string
  }
  const validations = result.searches[0]!.search.trials.map(({ validation }) => validation)
  expect(validations).toEqual([...validations].sort((a, b) => b - a))
  const { temperature } = result.searches[0]!.options
  expect(result.config.methods).toEqual([{ id: 'kd', options: { temperature } }])
  expect(result.runDir).toBe(join(cwd, 'runs', 'small-tune'))
  const again = await runCli([...words, '--resume'], { cwd })
  expect(again.out).toContain(`methods: [{"id":"kd","options":{"temperature":${temperature}}}]`)

  const nothing = await runCli(['tune', '--method', 'kd'], { cwd })
  expect(nothing).toMatchObject({ code: 2, err: expect.stringContaining('nothing to search') as string })
})

test('a method that fails does so alone: code 1, its reason in every report; all failing is a failure', async () => {
  const broken = pluginSource({ id: 'broken' }).replace(
    'weights: { ce: scale },',
    "weights: { ce: scale }, prepare: () => { throw new RangeError('<script>alert(1)</script>') },",
  )
  const cwd = folderWith({ 'umbra.config.json': config(), 'broken.ts': broken })
  const words = ['--plugin', './broken.ts', '--quiet']
  const { code, err } = await runCli(['compare', ...words, '--methods', 'kd,broken'], { cwd })
  expect(code).toBe(1)
  expect(err).toContain(
    'stopped broken-s0: UMBRA_METHOD: method "broken" (plugin "own"): prepare threw RangeError',
  )
  const read = (name: string): string => readFileSync(join(cwd, 'runs', 'small', name), 'utf8')
  for (const name of ['record.json', 'report.csv', 'report.md', 'report.html'])
    expect(read(name)).toContain('prepare threw RangeError')
  expect(read('report.html')).not.toMatch(/<script/i)
  const alone = await runCli(['compare', ...words, '--methods', 'broken', '--name', 'alone'], { cwd })
  expect(alone).toMatchObject({ code: 2, out: '' })
  expect(alone.err).toMatch(
    /error UMBRA_METHOD: method "broken" \(plugin "own"\): prepare threw RangeError[^\n]+\n$/,
  )
})

test('an error in a timer of a plugin stops the run as Ctrl-C does: it is named, and the run can go on', async () => {
  const late = `import { definePlugin } from '@umbra/core'
    const throwLater = () => setTimeout(() => { throw new RangeError('too late') })
    export const late = definePlugin({ name: 'late', version: '1.0.0', contract: 1, provides: [],
      hooks: { epochEnd: ({ epoch }) => { if (epoch === 1) throwLater() } } })`
  const recipe = { epochs: 8, batch: 16 }
  const cwd = folderWith({
    'umbra.config.json': config({ teachers: [], methods: ['ce'], recipe }),
    'late.mjs': late,
  })
  const { code, err } = await runCli(['compare', '--plugin', './late.mjs', '--quiet'], { cwd })
  expect(code).toBe(2)
  expect(err).toContain('to continue: umbra compare --plugin ./late.mjs --quiet --resume\n')
  expect(err).toMatch(
    /error UMBRA_STRAY_ERROR: plugin "late" \(\S+late\.mjs:2\): [^\n]+ RangeError: too late[^\n]+\n$/,
  )
  expect(await runCli(['compare', '--plugin', './late.mjs', '--quiet', '--resume'], { cwd })).toMatchObject({
    code: 0,
  })
})

test('a label that could be markup or a path is refused', async () => {
  for (const label of ['<script>alert(1)</script>', '../up']) {
    const cwd = folderWith({ 'umbra.config.json': config({ methods: [{ id: 'kd', label }] }) })
    expect(await runCli(['compare'], { cwd })).toMatchObject({ code: 2, out: '' })
  }
})

test('pairs replace student and teachers', async () => {
  const pairs = [
    { student, teachers },
    { id: 'alone', student, teachers: [] },
  ]
  const given = JSON.parse(config({ methods: ['ce'] })) as object
  const rest = Object.fromEntries(
    Object.entries(given).filter(([key]) => key !== 'student' && key !== 'teachers'),
  )
  const cwd = folderWith({ 'umbra.config.json': JSON.stringify({ ...rest, pairs }) })
  const { code, out } = await runCli(['compare', '--quiet', '--json'], { cwd })
  expect(code).toBe(0)
  const { record } = JSON.parse(out) as {
    record: { pairs: { id: string; methods: { arms: unknown[] }[] }[] }
  }
  expect(record.pairs.map(({ id, methods }) => [id, methods[0]!.arms.length])).toEqual([
    ['cnn-cnn', 1],
    ['alone', 1],
  ])
  const both = folderWith({ 'umbra.config.json': config({ pairs, student: { model: 'cnn' } }) })
  expect((await runCli(['compare'], { cwd: both })).err).toMatch(/pairs/)
})
