import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createModuleGraphs } from './module-graph.js'

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-graph-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) write(folder, name, text)
  return folder
}

function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

const graphOf = (folder: string, part?: 'imports') => createModuleGraphs().of(join(folder, 'plugin.ts'), part)
const names = (folder: string): string[] => graphOf(folder).map(([name]) => name)

it('is every file that is imported, however it is imported, and nothing else', () => {
  const folder = folderWith({
    'plugin.ts': `
      import { readFileSync } from 'node:fs'
      import { z } from '@umbra/core'
      import { a } from './a.js'
      import type { Shape } from './types.js'
      export { b } from './b'
      const table = readFileSync(new URL('./table.txt', import.meta.url))
      export const later = () => import('./later.mjs')
    `,
    'a.ts': `import './deep/index.js'; export const a: number = 1`,
    'deep/index.ts': `import numbers from './numbers.json'\nexport { numbers }`,
    'deep/numbers.json': '[1]',
    'b.cjs': `exports.b = require('./c.cjs')`,
    'c.cjs': `module.exports = require('../nowhere.cjs')`,
    'later.mjs': `import './plugin.ts'`,
    'table.txt': '1 2 3',
    'types.ts': 'export interface Shape {}',
    'unrelated.ts': 'export const other = 1',
  })
  const expected = ['a.ts', 'b.cjs', 'c.cjs', 'deep/index.ts', 'deep/numbers.json', 'later.mjs', 'plugin.ts']
  expect(names(folder)).toEqual(['../nowhere.cjs', ...expected, 'table.txt'])
})

it('changes with a file two levels deep, not with one that is not imported, nor with the place', () => {
  const folder = folderWith({
    'plugin.ts': `import './one.ts'`,
    'one.ts': `import './two.ts'`,
    'two.ts': 'export const two = 2',
    'other.ts': '1',
  })
  const before = graphOf(folder)
  write(folder, 'other.ts', '2')
  expect(graphOf(folder)).toEqual(before)
  const moved = `${folder}-moved`
  renameSync(folder, moved)
  onTestFinished(() => rmSync(moved, { recursive: true, force: true }))
  expect(graphOf(moved)).toEqual(before)
  // Of the same length, at once.
  write(moved, 'two.ts', 'export const two = 3')
  expect(graphOf(moved)).not.toEqual(before)
})

it('takes an installed package by name and version, a linked one by its files', () => {
  const manifest = (name: string): string =>
    JSON.stringify({ name, version: '1.2.3', type: 'module', exports: './index.js' })
  const linked = folderWith({
    'package.json': manifest('linked'),
    'index.js': `import './more.js'`,
    'more.js': '',
  })
  const folder = folderWith({
    'plugin.ts': `import 'released'; import 'linked'`,
    'node_modules/released/package.json': manifest('released'),
    'node_modules/released/index.js': 'export const a = 1',
  })
  symlinkSync(linked, join(folder, 'node_modules', 'linked'))
  const before = graphOf(folder)
  expect(before.map(([name]) => name)).toEqual(['linked/index.js', 'linked/more.js', 'plugin.ts', 'released'])
  expect(before.at(-1)).toEqual(['released', '1.2.3'])
  write(folder, 'node_modules/released/index.js', 'export const a = 2')
  expect(graphOf(folder)).toEqual(before)
  write(linked, 'more.js', 'export const more = 1')
  expect(graphOf(folder)).not.toEqual(before)
})

it('takes the whole package where the name of an import is computed', () => {
  const folder = folderWith({
    'package.json': '{"name":"mine"}',
    'plugin.ts': 'export const load = (name: string) => import(`./parts/${name}.js`)',
    'parts/a.js': '1',
    'parts/notes.md': 'text',
    'node_modules/other/index.js': '1',
  })
  expect(names(folder)).toEqual(['parts/a.js', 'plugin.ts'])
})

it('can leave out the file itself, for a configuration', () => {
  const folder = folderWith({ 'plugin.ts': `import './a.ts'`, 'a.ts': '1' })
  expect(graphOf(folder, 'imports').map(([name]) => name)).toEqual(['a.ts'])
})
