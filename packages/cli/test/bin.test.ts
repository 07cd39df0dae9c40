import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderWith, pluginSource, projectWith, smallConfig } from './workspace.js'

const PACKAGE = resolve(import.meta.dirname, '..')
const built = existsSync(join(PACKAGE, 'dist', 'index.js'))

const run = (bin: string, words: readonly string[], cwd: string) =>
  spawnSync(process.execPath, [bin, ...words], { cwd, encoding: 'utf8', env: { ...process.env, CI: '1' } })

test('a clone that is not built says what to do, in one line', () => {
  const folder = folderWith()
  mkdirSync(join(folder, 'bin'))
  const bin = join(folder, 'bin', 'umbra.mjs')
  copyFileSync(join(PACKAGE, 'bin', 'umbra.js'), bin)
  const { status, stdout, stderr } = run(bin, ['list'], folder)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(/^error [^\n]*npm run setup[^\n]*\n$/)
})

test('a missing module is named, with who imports it', () => {
  const folder = folderWith({
    'dist/index.js': "import './deep/main.js'",
    'dist/deep/main.js': "import 'no-such-package'",
  })
  mkdirSync(join(folder, 'bin'))
  const bin = join(folder, 'bin', 'umbra.mjs')
  copyFileSync(join(PACKAGE, 'bin', 'umbra.js'), bin)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const { status, stdout, stderr } = run(bin, ['list'], folder)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(/^error [^\n]*"no-such-package", which [^\n]*main\.js imports[^\n]*\n$/)
})

describe.skipIf(!built)('the built command (skipped without dist/: run npm run setup)', () => {
  const bin = join(PACKAGE, 'bin', 'umbra.js')

  test('wrong use ends with code 2 and one line', () => {
    const { status, stdout, stderr } = run(bin, ['explain', 'kdd'], projectWith())
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^error UMBRA_UNKNOWN_ID: [^\n]+\n$/)
  })

  test.each(['own.ts', 'own.mjs'])('trains with a plugin from %s, outside any node_modules', (file) => {
    const cwd = projectWith({
      [file]: pluginSource({ typed: file.endsWith('.ts') }),
      'umbra.config.json': smallConfig({ plugins: [`./${file}`], methods: ['own-method'] }),
    })
    const { status, stdout, stderr } = run(bin, ['train', '--json', '--quiet'], cwd)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      record: { pairs: [{ methods: [{ id: 'own-method', arms: [{ seed: 0 }] }] }] },
    })
  })
})
