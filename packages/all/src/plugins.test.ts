import { readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { assemble } from '@umbra/core/trainer'
import { expect, test } from 'vitest'
import { plugins } from './plugins.js'

const PACKAGE = resolve(import.meta.dirname, '..')

test('every plugin of the repository is one of them, and its package is a dependency', () => {
  const folders = readdirSync(resolve(PACKAGE, '..')).filter((name) => name.startsWith('plugin-'))
  const names = folders.map((folder) => `@umbra/${folder}`).sort()
  expect(plugins.map(({ name }) => name).sort()).toEqual(names)
  const { dependencies } = JSON.parse(readFileSync(resolve(PACKAGE, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(names))
})

test('they fit together', () => {
  expect(assemble(plugins).list('method').length).toBeGreaterThan(20)
})
