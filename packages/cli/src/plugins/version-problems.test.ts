import { definePlugin } from '@umbra/core'
import { CONTRACTS, CORE_VERSION } from '@umbra/core/trainer'
import { expect, test } from 'vitest'
import type { Manifest } from '../installed/manifest.js'
import { contractProblems, coreRange, packageProblems } from './version-problems.js'

const manifest = (range?: string): Manifest => ({
  ...{ path: '/p/package.json', name: 'p', version: '1.2.3', keywords: [], plugin: '.', hasExports: true },
  ...{ dependencies: {}, devDependencies: {}, optionalDependencies: {} },
  peerDependencies: range === undefined ? {} : { '@umbra/core': range },
})

test.each([
  ['>=0.1.0 <1', '>=0.1.0 <1'],
  ['workspace:>=0.1.0 <1', '>=0.1.0 <1'],
  ['workspace:^', undefined],
  ['workspace:*', '*'],
  ['file:../core', undefined],
  [undefined, undefined],
])('the range %s names the releases %s', (range, expected) => {
  expect(coreRange(manifest(range))).toBe(expected)
})

test.each([
  [`^${CORE_VERSION}`, []],
  ['workspace:^', []],
  ['file:../core', []],
  [undefined, []],
  ['<0.0.1', ['p@latest']],
  ['>=99', ['@umbra/cli@latest']],
])('a package for core %s is mended by %j', (range, install) => {
  const problems = packageProblems({ name: 'p', root: '/p', manifest: manifest(range) })
  expect(problems.flatMap((problem) => problem.install)).toEqual(install)
  expect(problems.every(({ stops, error }) => stops && error.code === 'UMBRA_PLUGIN_CONTRACT')).toBe(true)
})

test.each([
  [CONTRACTS.newest, 'p', []],
  [CONTRACTS.newest + 1, 'p', ['@umbra/cli@latest']],
  [CONTRACTS.oldest - 1, 'p', ['p@latest']],
  [CONTRACTS.oldest - 1, undefined, []],
])('a plugin for contract %d, installed as %s, is mended by %j', (contract, installed, install) => {
  const plugin = definePlugin({ name: 'own', version: '1.0.0', contract, provides: [] })
  const problems = contractProblems(plugin, installed)
  expect(problems.flatMap((problem) => problem.install)).toEqual(install)
  expect(problems).toHaveLength(contract === CONTRACTS.newest ? 0 : 1)
})
