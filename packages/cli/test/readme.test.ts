import { readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith, projectWith } from './workspace.js'

const README = readFileSync(resolve(import.meta.dirname, '../../../README.md'), 'utf8')
const [config = '', plugin = ''] = [...README.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code!)

test('the README is one screen, and installs what its configuration needs', async () => {
  expect(README.trimEnd().split('\n').length).toBeLessThanOrEqual(70)
  const packages = (/^npm install (@umbra\/cli .*)$/m.exec(README)?.[1] ?? '')
    .split(' ')
    .map((name) => name.slice(7))
  const cwd = projectWith({ 'umbra.config.ts': config }, packages)
  const { code, err } = await runCli(['compare', '--dry-run', '--json'], { cwd, home: false })
  expect({ code, err }).toEqual({ code: 0, err: '' })
})

test('the configuration of the README works', async () => {
  const cwd = folderWith({ 'umbra.config.ts': config })
  const { code, out, err } = await runCli(['compare', '--dry-run', '--json'], { cwd })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { stages } = JSON.parse(out) as { stages: { arms: string[] }[] }
  expect(stages.map(({ arms }) => arms)).toEqual([
    ['cnn'],
    ...[0, 1, 2].map((seed) => ['ce', 'kd', 'ats'].map((method) => `${method}-s${seed}`)),
  ])
})

test('the command of the README runs its plugin in the quickstart', async () => {
  const command = /^npx umbra (compare .*own\.ts.*)$/m.exec(README)?.[1] ?? 'there is none'
  // As typed in a clone: a folder with the examples and the file.
  const cwd = folderWith({ 'own.ts': plugin })
  symlinkSync(resolve(import.meta.dirname, '../../../examples'), join(cwd, 'examples'))
  const { code, out, err } = await runCli([...command.split(' '), '--dry-run', '--json'], { cwd })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { stages } = JSON.parse(out) as { stages: { arms: string[] }[] }
  expect(stages[1]?.arms).toEqual(['ce', 'kd', 'mse'].map((method) => `${method}-s0`))
})

test('the plugin of the README trains', async () => {
  const cwd = folderWith({ 'own.ts': plugin })
  const words = [
    ...[
      '--plugin',
      './own.ts',
      '--dataset',
      'digits',
      '--student',
      'cnn',
      '--methods',
      'mse',
      '--seeds',
      '0',
    ],
    ...['--set', 'teachers=[{"model":{"id":"cnn","options":{"width":2}},"train":{"epochs":1,"batch":16}}]'],
    ...[
      '--set',
      'dataset.trainLimit=18',
      '--set',
      'dataset.testLimit=16',
      '--set',
      'student.model.options.width=2',
    ],
    ...['--epochs', '1', '--batch', '16', '--engine', 'wasm', '--quiet', '--json'],
  ]
  const { code, out, err } = await runCli(['compare', ...words], { cwd })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const result = JSON.parse(out) as {
    record: { pairs: { methods: { id: string; arms: { failed?: object }[] }[] }[] }
  }
  const mse = result.record.pairs[0]?.methods.find(({ id }) => id === 'mse')
  expect(mse?.arms).toHaveLength(1)
  expect(mse?.arms[0]?.failed).toBeUndefined()
})
