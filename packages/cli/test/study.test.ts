import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ComparisonRecord } from '@umbra/core/trainer'
import type { StudyRecord } from '@umbra/report'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith } from './workspace.js'

const teacher = (width: number) => ({
  model: { id: 'cnn', options: { width } },
  train: { epochs: 1, batch: 16 },
})
const config = (
  study: Readonly<Record<string, unknown>> = {},
  rest: Readonly<Record<string, unknown>> = {},
) =>
  JSON.stringify({
    name: 'ladder',
    engine: 'wasm',
    dataset: { id: 'digits', trainLimit: 40, testLimit: 20 },
    validation: { count: 8 },
    seeds: [0, 1],
    recipe: { epochs: 1, batch: 16 },
    ...rest,
    study: {
      ladders: [{ family: 'cnn', teachers: [teacher(3), teacher(2), teacher(4)] }],
      students: [{ model: { id: 'cnn', options: { width: 1 } } }],
      temperatures: [1, 4],
      methods: [
        'ce',
        'ats',
        { id: 'enhanced', label: 'match', options: { enhancement: 'match' }, teachers: 'ends' },
      ],
      ...study,
    },
  })
const folder = (...given: Parameters<typeof config>) => folderWith({ 'umbra.config.json': config(...given) })
const study = (cwd: string, ...words: string[]) => runCli(['study', 'capacity', ...words], { cwd })
const read = (cwd: string, name = 'study.json'): string =>
  readFileSync(join(cwd, 'runs', 'ladder', name), 'utf8')

test('a whole study: measures, every arm, all statements, a report; once more it changes nothing', async () => {
  const cwd = folder()
  const { code, out, err } = await study(cwd, '--json', '--quiet')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const record = JSON.parse(out) as StudyRecord
  const labels = record.teachers.map(({ label }) => label)
  expect(labels).toEqual(['cnn', 'cnn-2', 'cnn-3'])
  expect(new Set(record.teachers.map(({ architecture }) => architecture)).size).toBe(3)
  expect(record.statements).toHaveLength(9)
  expect(record.statements.every(({ set }) => set === undefined || set === 'train')).toBe(true)
  // Two temperatures and ats with every teacher, match with the smallest and the largest, ce once; two seeds each.
  const count = (method: string) => record.arms.filter((arm) => arm.method === method).length
  expect(['ts-t1', 'ts-t4', 'ats', 'match', 'ce'].map(count)).toEqual([6, 6, 6, 4, 2])
  expect(record.arms.every(({ validation }) => validation !== undefined)).toBe(true)
  expect(record.failed).toEqual([])
  const [chosen] = record.chosen
  expect(['ts-t1', 'ts-t4']).toContain(chosen!.global)
  expect(Object.keys(chosen!.perTeacher)).toEqual(labels)
  expect(record.methods.map(({ label, role, sameWeights }) => [label, role, sameWeights])).toEqual([
    ['ts-t1', 'temperature', true],
    ['ts-t4', 'temperature', true],
    ['ce', 'reference', false],
    ['ats', 'calibration', true],
    ['match', 'enhancement', true],
  ])
  // The middle teacher is the only one with its list of methods; its arms of a seed are of one cohort.
  const arm = 'ats-s0'
  const { cohort } = JSON.parse(read(cwd, join('arms', arm, 'result.json'))) as { cohort: string[] }
  expect([...cohort].sort()).toEqual(['ats-s0', 'ts-t1-s0', 'ts-t4-s0'])

  // The comparisons' own records carry the measures too.
  const { pairs } = JSON.parse(read(cwd, 'record.json')) as ComparisonRecord
  const middle = record.analysis.teachers[0]!.sets.test!
  expect(pairs[0]!.teachers[0]!.measures).toMatchObject({
    ece: middle.ece,
    meanTrueProbability: middle.headline.trueProbability,
    derivedVariance: middle.headline.derivedVariance,
  })

  const page = read(cwd, 'study.html')
  for (const text of ['capacity mismatch', 'Class relations', 'best temperature per teacher'])
    expect(page.includes(text)).toBe(true)
  expect(/<script|<img|<link|src=|url\(http/.exec(page)?.[0]).toBeUndefined()
  const markdown = read(cwd, 'study.md')
  for (const { claim, outcome } of record.statements)
    expect(markdown.includes(`| ${claim} | ${outcome} |`)).toBe(true)

  const again = await study(cwd, '--quiet')
  expect(again).toMatchObject({ code: 2, out: '' })
  expect(again.err).toMatch(/UMBRA_RUN_EXISTS/)
  const before = ['study.json', 'study.md', 'study.html'].map((name) => read(cwd, name))
  const weights = join(cwd, 'runs', 'ladder', 'arms', arm, 'student.safetensors')
  const written = statSync(weights).mtimeMs
  const resumed = await study(cwd, '--resume')
  expect(resumed.code).toBe(0)
  expect(resumed.out).toContain('] The largest teacher teaches worse than a smaller one (capacity mismatch).')
  expect(resumed.err).not.toMatch(/^epoch/m)
  expect(['study.json', 'study.md', 'study.html'].map((name) => read(cwd, name))).toEqual(before)
  expect(statSync(weights).mtimeMs).toBe(written)
}, 300_000)

test('interrupted anywhere it says how to continue, and ends with the same result', async () => {
  const over = {
    ladders: [{ family: 'cnn', teachers: [teacher(2), teacher(3)] }],
    temperatures: [2],
    methods: ['ce', 'ats'],
  }
  const whole = folder(over)
  expect((await study(whole, '--quiet')).code).toBe(0)
  for (const marker of [/logits of cnn-2 on/, /ts-t2, ats, seed 1: \d/]) {
    const cwd = folder(over)
    let interrupted = false
    const watch = (text: string): void => {
      if (interrupted || !marker.test(text)) return
      interrupted = true
      process.emit('SIGINT')
    }
    const stopped = await runCli(['study', 'capacity'], { cwd, watch })
    expect({ code: stopped.code, interrupted }).toEqual({ code: 130, interrupted: true })
    expect(stopped.err).toContain('to continue: umbra study capacity --resume\n')
    expect((await study(cwd, '--resume', '--quiet')).code).toBe(0)
    expect(read(cwd)).toBe(read(whole))
  }
}, 300_000)

test('measures alone, and a plan, train no student', async () => {
  const cwd = folder({ students: [] })
  const { code, out } = await study(cwd, '--quiet')
  expect(code).toBe(0)
  expect(out).toMatch(/\[undecided\] The largest teacher teaches worse/)
  expect(existsSync(join(cwd, 'runs', 'ladder', 'run.json'))).toBe(false)

  const planned = folder()
  const plan = await study(planned, '--dry-run', '--quiet')
  expect(plan.code).toBe(0)
  expect(plan.out).toMatch(/3 teachers: cnn, cnn-2, cnn-3/)
  expect(plan.out).toMatch(/estimated time of the study, measures not included: about \d/)
  const measured = await study(planned, '--measures-only', '--quiet', '--json')
  expect((JSON.parse(measured.out) as StudyRecord).arms).toEqual([])
  expect(existsSync(join(planned, 'runs', 'ladder', 'arms'))).toBe(false)
  // The study refers to its teachers and their logits, although no run does.
  const cleaned = await runCli(['store', 'clean', '--unused', '--dry-run', '--json'], { cwd: planned })
  expect(JSON.parse(cleaned.out)).toMatchObject({ removed: [], foreign: [] })

  // New teachers: an interrupted session goes on with those that it has made, whether it is told so again or not.
  const words = ['--measures-only', '--resume']
  let interrupted = false
  const watch = (text: string): void => {
    if (interrupted || !/^teacher-cnn-2 done/m.test(text)) return
    interrupted = true
    process.emit('SIGINT')
  }
  const again = ['study', 'capacity', ...words, '--retrain', 'teachers']
  const first = await runCli(again, { cwd: planned, watch })
  expect(first).toMatchObject({ code: 130 })
  const trained = (text: string): string[] =>
    [...text.matchAll(/^(teacher-\S+) done/gm)].map(([, name]) => name!)
  expect(trained(first.err)).toEqual(['teacher-cnn', 'teacher-cnn-2'])
  const second = await runCli(again, { cwd: planned })
  expect({ code: second.code, trained: trained(second.err) }).toEqual({ code: 0, trained: ['teacher-cnn-3'] })
  expect(trained((await study(planned, ...words)).err)).toEqual([])
})

test.each([
  ['a study without ladders', { study: { ladders: [] } }, /setting "ladders" of study in configuration/],
  ['teachers next to the study', { teachers: [] }, /UMBRA_CONFIG: .*teachers.*only "study"/],
  ['an unknown setting', { sudy: 1 }, /UMBRA_CONFIG: .*sudy/],
  ['no study', { study: undefined }, /UMBRA_CONFIG: setting "study"/],
])('refuses %s', async (_, over, message) => {
  const given = JSON.parse(config()) as Record<string, unknown>
  const cwd = folderWith({ 'umbra.config.json': JSON.stringify({ ...given, ...over }) })
  const { code, out, err } = await study(cwd)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(message)
})

test('an unknown method is named before anything is trained', async () => {
  const cwd = folder({ methods: ['ce', 'atz'] })
  const { code, err } = await study(cwd)
  expect(code).toBe(2)
  expect(err).toMatch(/UMBRA_UNKNOWN_ID: unknown method "atz"/)
  expect(existsSync(join(cwd, 'runs'))).toBe(false)
})
