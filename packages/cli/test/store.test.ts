import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith, smallConfig } from './workspace.js'

test('the store is listed, verified, mended by the next run, and cleaned of what no run refers to', async () => {
  const teacher = { model: { id: 'cnn', options: { width: 2 } }, train: { epochs: 1, batch: 16 } }
  const cwd = folderWith({ 'umbra.config.json': smallConfig({ teachers: [teacher], methods: ['ce', 'kd'] }) })
  const umbra = (...words: readonly string[]) => runCli(words, { cwd })
  const json = async (...words: readonly string[]): Promise<unknown> =>
    JSON.parse((await umbra('store', ...words, '--json')).out)
  expect((await umbra('compare', '-q')).code).toBe(0)

  const entries = (await json('list')) as { kind: string; label: string; hash: string; usedBy: string[] }[]
  expect(entries.map(({ kind, label }) => `${kind} ${label}`).sort()).toEqual([
    ...['arm ce, seed 0', 'arm kd, seed 0', 'logits cnn, test set', 'teacher cnn'],
  ])
  expect(entries.every(({ usedBy }) => usedBy.join() === 'small')).toBe(true)
  expect((await umbra('store', 'list')).out).toMatch(/teacher +cnn .* small +small/)
  expect(await json('verify')).toMatchObject({ ok: true, damaged: [] })

  const { hash } = entries.find(({ kind }) => kind === 'teacher')!
  const model = join(cwd, 'runs', '.store', hash, 'model.safetensors')
  const whole = readFileSync(model)
  writeFileSync(model, whole.subarray(0, 500))
  expect(await umbra('store', 'verify')).toMatchObject({
    code: 1,
    out: expect.stringContaining(`${model} is damaged: its checksum differs`) as string,
  })
  const next = await umbra('compare', '--name', 'next')
  expect(next).toMatchObject({ code: 0 })
  expect(next.err).toContain(`${model} is damaged (its checksum differs); teacher-cnn is trained again`)
  expect(readFileSync(model)).toEqual(whole)

  expect((await umbra('store', 'clean')).code).toBe(2)
  expect((await umbra('store', 'clean', '--unused')).code).toBe(2)
  expect(await json('clean', '--unused', '--yes')).toMatchObject({ removed: [] })
  for (const run of ['small', 'next']) rmSync(join(cwd, 'runs', run), { recursive: true })
  expect(await json('clean', '--older-than', '1d', '--dry-run')).toMatchObject({ removed: [] })
  const mine = join(cwd, 'runs', '.store', entries[0]!.hash)
  copyFileSync(join(cwd, 'umbra.config.json'), join(mine, 'notes.txt'))
  expect(await json('clean', '--unused', '--yes')).toMatchObject({ foreign: [mine] })
  expect(existsSync(join(mine, 'notes.txt'))).toBe(true)
  expect(readdirSync(join(cwd, 'runs', '.store')).filter((name) => /^[0-9a-f]{16}$/.test(name))).toEqual([
    entries[0]!.hash,
  ])
}, 60_000)
