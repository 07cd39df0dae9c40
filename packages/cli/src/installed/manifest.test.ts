import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from '../../test/workspace.js'
import { manifestIn, nearestManifest } from './manifest.js'

test('reads what is of the right type, and passes over the rest', () => {
  const folder = folderWith({
    'package.json': `\uFEFF${JSON.stringify({
      ...{ name: 'p', version: 3, keywords: ['a', 1], exports: null, umbra: { plugin: '.' } },
      dependencies: { a: '^1', b: 2 },
      devDependencies: [],
    })}`,
  })
  expect(manifestIn(folder)).toMatchObject({
    ...{ path: join(folder, 'package.json'), name: 'p', version: '', keywords: ['a'], plugin: '.' },
    ...{ hasExports: false, dependencies: { a: '^1' } },
  })
})

test('the nearest one above a folder', () => {
  const folder = folderWith({ 'package.json': '{}', 'a/package.json': '{}', 'a/b/c/x.txt': '' })
  expect(nearestManifest(join(folder, 'a', 'b', 'c'))?.path).toBe(join(folder, 'a', 'package.json'))
})

test.each(['{', '[]'])('%s is an error with its path', (text) => {
  const folder = folderWith({ 'package.json': text })
  expect(() => manifestIn(folder)).toThrow(expect.objectContaining({ code: 'UMBRA_FILE_CORRUPT' }))
  expect(() => manifestIn(folder)).toThrow(join(folder, 'package.json'))
})
