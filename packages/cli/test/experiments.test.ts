import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ComparisonRecord } from '@umbra/core/trainer'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith, smallConfig } from './workspace.js'

const own = join(import.meta.dirname, '../../../examples/03-own-method/margin-kd.ts')
const teacher = { model: { id: 'cnn', options: { width: 4 } }, train: { epochs: 1, batch: 16 } }
const small = (over: Readonly<Record<string, unknown>> = {}): string =>
  folderWith({
    'umbra.config.json': smallConfig({
      teachers: [teacher],
      methods: ['ce', 'kd'],
      student: { model: { id: 'cnn', options: { width: 2 } } },
      ...over,
    }),
  })
const student = (cwd: string, name: string, arm: string, runs = 'runs'): string =>
  readFileSync(join(cwd, runs, name, 'arms', arm, 'student.safetensors')).toString('base64')

test('compare prints a table and the folder; the same run again is refused, resumed or overwritten', async () => {
  const cwd = small()
  const first = await runCli(['compare'], { cwd })
  expect({ code: first.code, err: first.code === 0 ? '' : first.err }).toEqual({ code: 0, err: '' })
  for (const text of ['ce', 'kd', 'cnn', join(cwd, 'runs', 'small')]) expect(first.out).toContain(text)
  expect(first.err).toContain('engine wasm')
  expect(first.err).toMatch(
    /epoch 1\/1 {2}step 2\/2 {2}[\d.]+ img\/s {2}loss ce [\d.]+ {2}kd [\d.]+ {2}left 0s/,
  )
  expect(existsSync(join(cwd, 'runs', 'small', 'run.json'))).toBe(true)

  const again = await runCli(['compare'], { cwd })
  expect(again).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('error UMBRA_RUN_EXISTS: ') as string,
  })
  const before = student(cwd, 'small', 'kd-s0')
  const resumed = await runCli(['compare', '--resume', '--quiet', '--json'], { cwd })
  expect(resumed).toMatchObject({ code: 0, err: '' })
  const { record } = JSON.parse(resumed.out) as { record: ComparisonRecord }
  expect(record.pairs[0]!.methods.map(({ label }) => label)).toEqual(['ce', 'kd'])
  expect((await runCli(['compare', '--overwrite', '--quiet'], { cwd })).code).toBe(0)
  expect(student(cwd, 'small', 'kd-s0')).toBe(before)
})

test('train is one method under a name of its own', async () => {
  const cwd = small()
  const { code, out } = await runCli(['train', '--method', 'kd', '--quiet'], { cwd })
  expect(code).toBe(0)
  expect(out).toContain(join(cwd, 'runs', 'small-kd'))
})

test('Ctrl-C saves, says how to continue, and the resumed student is the uninterrupted one, bit for bit', async () => {
  const cwd = small({ methods: ['kd'], recipe: { epochs: 6, batch: 16 } })
  expect((await runCli(['compare', '--name', 'whole', '--runs', 'elsewhere', '--quiet'], { cwd })).code).toBe(
    0,
  )
  let interrupted = false
  const stopped = await runCli(['compare', '--name', 'broken one'.replace(' ', '-')], {
    cwd,
    watch: (text) => {
      if (interrupted || !text.includes('epoch 2  validation top-1')) return
      interrupted = true
      process.emit('SIGINT')
    },
  })
  expect(stopped.code).toBe(130)
  expect(stopped.err).toContain('to continue: umbra compare --name broken-one --resume\n')
  expect(stopped.err).toMatch(/error UMBRA_INTERRUPTED: [^\n]+\n$/)
  const resumed = await runCli(['compare', '--name', 'broken-one', '--resume'], { cwd })
  expect(resumed.code).toBe(0)
  expect(resumed.err).toMatch(/resumed after step \d+/)
  expect(student(cwd, 'broken-one', 'kd-s0')).toBe(student(cwd, 'whole', 'kd-s0', 'elsewhere'))
})

test('the plugin of examples/03-own-method, by path: its tensors live on the engine of the command', async () => {
  const cwd = small()
  const words = ['compare', '--plugin', own, '--methods', 'ce,margin-kd', '--quiet', '--json']
  const { code, out, err } = await runCli(words, { cwd })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { methods } = (JSON.parse(out) as { record: ComparisonRecord }).record.pairs[0]!
  expect(methods.map(({ id }) => id)).toEqual(['ce', 'margin-kd'])
  expect(methods[1]!.arms[0]!.failed).toBeUndefined()
})
