import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith, smallConfig } from './workspace.js'

const dryRun = (cwd: string, ...words: string[]) =>
  runCli(['compare', '--dry-run', '--json', ...words], { cwd })
const planOf = async (cwd: string, ...words: string[]) => {
  const { out, err, code } = await dryRun(cwd, ...words)
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as {
    dataset: { id: string; train: number }
    stages: { stage: string; arms: string[]; epochs: number; steps: number }[]
  }
}

test.each([
  ['umbra.config.ts', (json: string) => `const c: object = ${json}\nexport default c`],
  ['umbra.config.mjs', (json: string) => `export default ${json}`],
  [
    'umbra.config.ts',
    (json: string) => `import { defineConfig } from '@umbra/cli'\nexport default defineConfig(${json})`,
  ],
  ['umbra.config.json', (json: string) => json],
  [
    'umbra.config.yaml',
    () =>
      'dataset: { id: digits, trainLimit: 40 }\nvalidation: { count: 8 }\nbaselines: false\nstudent: { model: cnn }\nmethods: [ce]\nseeds: [0]\nrecipe: { epochs: 1, batch: 16 }\n',
  ],
])('%s is found in the current folder', async (name, text) => {
  const plan = await planOf(folderWith({ [name]: text(smallConfig()) }))
  expect(plan.dataset.train).toBe(32)
  expect(plan.stages).toMatchObject([
    { stage: 'seed-0', title: 'ce, seed 0', arms: ['ce-s0'], epochs: 1, steps: 2 },
  ])
})

test('flags go over the file', async () => {
  const cwd = folderWith({ 'umbra.config.json': smallConfig() })
  const plan = await planOf(
    cwd,
    '--seeds',
    '3,4',
    '--epochs',
    '5',
    '--batch',
    '8',
    '--set',
    'dataset.trainLimit=64',
  )
  expect(plan.stages).toMatchObject([
    { stage: 'seed-3', arms: ['ce-s3'], epochs: 5, steps: 35 },
    { stage: 'seed-4', arms: ['ce-s4'], epochs: 5, steps: 35 },
  ])
})

test('flags alone do', async () => {
  const plan = await planOf(
    folderWith(),
    '--dataset',
    'digits',
    '--student',
    'cnn',
    '--methods',
    'ce',
    '--seeds',
    '0',
  )
  expect(plan.dataset.id).toBe('digits')
})

const withMethod = (entry: unknown): string =>
  smallConfig({ methods: [entry], teachers: [{ model: 'cnn', train: { epochs: 1 } }] })

test.each([
  ['no configuration', {}, [], 'UMBRA_CONFIG_FILE', /--config/],
  ['a missing file', {}, ['-c', 'none.ts'], 'UMBRA_CONFIG_FILE', /none\.ts.*nothing there/],
  ['a folder without one', { 'a/x': '' }, ['-c', 'a'], 'UMBRA_CONFIG_FILE', /folder without one/],
  [
    'a file that does not parse',
    { 'umbra.config.ts': 'export default {' },
    [],
    'UMBRA_CONFIG_FILE',
    /umbra\.config\.ts/,
  ],
  ['an empty file', { 'umbra.config.yaml': '' }, [], 'UMBRA_CONFIG_FILE', /umbra\.config\.yaml/],
  [
    'an unknown setting',
    { 'umbra.config.json': smallConfig({ studnet: 1 }) },
    [],
    'UMBRA_CONFIG',
    /"?student"?/,
  ],
  [
    'a setting out of range',
    { 'umbra.config.json': smallConfig({ recipe: { epochs: 0 } }) },
    [],
    'UMBRA_CONFIG',
    /epochs/,
  ],
  [
    'an unknown method',
    { 'umbra.config.json': withMethod('kdd') },
    [],
    'UMBRA_UNKNOWN_ID',
    /Did you mean "kd"/,
  ],
  [
    'an unknown option',
    { 'umbra.config.json': withMethod({ id: 'kd', options: { temprature: 2 } }) },
    [],
    'UMBRA_OPTION_UNKNOWN',
    /"temperature"/,
  ],
  [
    'an option out of range',
    { 'umbra.config.json': withMethod({ id: 'kd', options: { temperature: -1 } }) },
    [],
    'UMBRA_OPTION',
    /temperature.*-1/,
  ],
  [
    'a missing weight file',
    { 'umbra.config.json': smallConfig() },
    ['--teacher', 'resnet56=none.pt'],
    'UMBRA_FILE_MISSING',
    /none\.pt/,
  ],
  [
    'a method without its teacher',
    { 'umbra.config.json': smallConfig() },
    ['--methods', 'kd'],
    'UMBRA_TEACHERS',
    /teacher/,
  ],
])('%s: one line, exit code 2', async (_, files, words, code, text) => {
  const run = await runCli(['compare', '--dry-run', ...words], { cwd: folderWith(files) })
  expect({ code: run.code, out: run.out }).toEqual({ code: 2, out: '' })
  expect(run.err).toMatch(/^error [^\n]+\n$/)
  expect(run.err).toContain(`error ${code}: `)
  expect(run.err).toMatch(text)
})

test('train wants one method and takes the first seed', async () => {
  const cwd = folderWith({
    'umbra.config.json': smallConfig({ methods: ['ce', { id: 'ce', label: 'again' }], seeds: [7, 8] }),
  })
  expect(await runCli(['train', '--dry-run'], { cwd })).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^error UMBRA_USAGE: .*ce, again.*--method/) as string,
  })
  const { out } = await runCli(['train', '--dry-run', '--json', '--method', 'again'], { cwd })
  expect((JSON.parse(out) as { stages: unknown }).stages).toMatchObject([
    { stage: 'seed-7', arms: ['again-s7'], epochs: 1, steps: 2 },
  ])
})
