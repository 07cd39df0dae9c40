import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith } from './workspace.js'

const ROOT = resolve(import.meta.dirname, '../../..')
const example = (name: string): string => join(ROOT, 'examples', name)
const DATA = process.env.UMBRA_DATA ?? resolve(ROOT, '../shared/data')
const hasData = existsSync(join(DATA, 'cifar-100-binary')) && existsSync(join(DATA, 'weights'))

const FEW = [
  '--set',
  'dataset.trainLimit=64',
  '--set',
  'dataset.testLimit=32',
  '--epochs',
  '1',
  '--batch',
  '32',
]

/** Plans read few test images: those on which teachers are tried would take most of the time. */
const PLAN = ['--dry-run', '--set', 'dataset.testLimit=100']

test('01-quickstart, on a few images', async () => {
  const cwd = folderWith()
  const words = [
    ...FEW,
    '--set',
    'teachers.0.train.epochs=1',
    '--set',
    'teachers.0.train.batch=32',
    '--engine',
    'cpu',
    '--seeds',
    '0',
    '--quiet',
    '--json',
  ]
  const { code, out, err } = await runCli(['compare', '-c', example('01-quickstart'), ...words], { cwd })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const result = JSON.parse(out) as {
    record: { pairs: { methods: { id: string }[] }[] }
    runDir: string
  }
  expect(result.record.pairs[0]?.methods.map(({ id }) => id)).toEqual(['ce', 'kd', 'ats'])
  expect(result.runDir.startsWith(cwd)).toBe(true)
})

test('08-hooks, on a few images: an average of every arm, and hooks of its own', async () => {
  const cwd = folderWith()
  const words = [
    ...FEW,
    ...['--set', 'teachers.0.train.epochs=1', '--set', 'teachers.0.train.batch=32'],
    ...['--engine', 'cpu', '--seeds', '0', '--quiet', '--json'],
  ]
  const { code, out, err } = await runCli(['compare', '-c', example('08-hooks'), ...words], { cwd })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { runDir } = JSON.parse(out) as { readonly runDir: string }
  for (const arm of ['ce-s0', 'kd-s0', 'ats-s0'])
    expect(existsSync(join(runDir, 'arms', arm, 'average.safetensors'))).toBe(true)
})

describe.skipIf(!hasData)(
  '02-cifar100 (skipped: needs the folder shared/data, or UMBRA_DATA set to it)',
  () => {
    const config = ['compare', '-c', example('02-cifar100'), '--json']

    test('its plan', async () => {
      const { code, out, err } = await runCli([...config, ...PLAN], { cwd: folderWith() })
      expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
      expect(JSON.parse(out)).toMatchObject({
        dataset: { id: 'cifar100', train: 9000, validation: 1000, test: 100, classes: 100 },
        stages: [{ arms: ['ce-s0', 'kd-s0', 'ats-s0'], steps: 280 }, { epochs: 2 }],
        seconds: expect.any(Number) as number,
      })
    })

    test('on a few images, with the published teacher', async () => {
      const { code, out, err } = await runCli([...config, ...FEW, '--seeds', '0', '--quiet'], {
        cwd: folderWith(),
      })
      expect({ code, err }).toEqual({ code: 0, err: '' })
      const { record } = JSON.parse(out) as {
        record: { pairs: { teachers: { evaluation: { top1: number } }[] }[] }
      }
      // 72.63 % of all test images; these are its first 32.
      expect(record.pairs[0]?.teachers[0]?.evaluation.top1).toBeGreaterThan(0.5)
    })
  },
)

describe.skipIf(!existsSync(join(DATA, 'cifar-10-binary')))(
  '04-every-method (skipped: needs the folder shared/data, or UMBRA_DATA set to it)',
  () => {
    test('names every method there is, and fits its teacher', async () => {
      const config = ['compare', '-c', example('04-every-method'), ...PLAN, '--json']
      const { code, out, err } = await runCli(config, { cwd: folderWith() })
      expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
      const plan = JSON.parse(out) as { stages: { arms?: string[] }[] }
      const listed = JSON.parse((await runCli(['list', '--json'])).out) as { kind: string; id: string }[]
      const methods = listed.filter(({ kind }) => kind === 'method').map(({ id }) => id)
      expect(plan.stages.flatMap(({ arms }) => arms ?? []).toSorted()).toEqual(
        expect.arrayContaining(methods.map((id) => `${id}-s0`).toSorted()) as string[],
      )
    })

    test('several teachers: its plan', async () => {
      const path = join(example('04-every-method'), 'several-teachers.config.ts')
      const { code, err } = await runCli(['compare', '-c', path, ...PLAN], { cwd: folderWith() })
      expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
    })
  },
)

const hasCifar10 = existsSync(join(DATA, 'cifar-10-binary')) && existsSync(join(DATA, 'weights'))
test.skipIf(!hasCifar10)(
  '07-capacity-study, its measures on a few images (skipped: needs the folder shared/data, or UMBRA_DATA set to it)',
  async () => {
    const words = ['--measures-only', ...FEW, '--quiet', '--json']
    const { code, out, err } = await runCli(
      ['study', 'capacity', '-c', example('07-capacity-study'), ...words],
      {
        cwd: folderWith(),
      },
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const { analysis, statements } = JSON.parse(out) as {
      analysis: { teachers: { label: string; sets: { test: { accuracy: number } } }[] }
      statements: unknown[]
    }
    expect(analysis.teachers.map(({ label }) => label)).toEqual([
      'resnet20',
      'resnet32',
      'resnet44',
      'resnet56',
    ])
    // More than 91 % of all test images; these are the first 32.
    for (const { sets } of analysis.teachers) expect(sets.test.accuracy).toBeGreaterThan(0.75)
    expect(statements).toHaveLength(9)
  },
)

test('03-own-method, by package name from a folder outside the repository', async () => {
  const cwd = folderWith()
  mkdirSync(join(cwd, 'node_modules'))
  symlinkSync(example('03-own-method'), join(cwd, 'node_modules', 'umbra-plugin-margin-kd'))
  const { code, out } = await runCli(['explain', 'margin-kd', '--plugin', 'umbra-plugin-margin-kd'], { cwd })
  expect(code).toBe(0)
  expect(out).toContain('umbra-plugin-margin-kd 0.1.0')
})
