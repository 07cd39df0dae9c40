import { mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import Module from 'node:module'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { folderWith } from '../../test/workspace.js'
import { installedPackage } from './installed-package.js'

const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name, version: '1.2.3', type: 'module', ...more })
const rootOf = (name: string, folder: string): string | undefined => installedPackage(name, folder)?.root

test.each<[string, object]>([
  ['that lets everybody read its package.json', {}],
  ['whose exports keep it', { exports: { '.': { default: './index.js' } } }],
  ['for import alone', { exports: { '.': { import: './index.js' } } }],
  ['without an entry', { exports: { './deep': './index.js' } }],
])('a package %s', (_, more) => {
  const folder = folderWith({
    'node_modules/p/package.json': manifest('p', more),
    'node_modules/p/index.js': '',
  })
  const found = installedPackage('p', join(folder, 'deep', 'er'))
  expect(found?.root).toBe(realpathSync(join(folder, 'node_modules', 'p')))
  expect(found?.manifest).toMatchObject({ name: 'p', version: '1.2.3' })
})

test('the nearest copy; through a link, as pnpm installs, its real folder, where its own dependencies are', () => {
  const folder = folderWith({
    'node_modules/p/package.json': manifest('p'),
    'inner/package.json': '{}',
    'store/p@2/node_modules/p/package.json': manifest('p', { version: '2.0.0' }),
    'store/p@2/node_modules/core/package.json': manifest('core'),
  })
  mkdirSync(join(folder, 'inner', 'node_modules'))
  symlinkSync(
    join(folder, 'store/p@2/node_modules/p'),
    join(folder, 'inner', 'node_modules', 'p'),
    'junction',
  )
  expect(installedPackage('p', join(folder, 'inner'))?.manifest.version).toBe('2.0.0')
  expect(installedPackage('p', folder)?.manifest.version).toBe('1.2.3')
  const { root } = installedPackage('p', join(folder, 'inner'))!
  expect(rootOf('core', root)).toBe(realpathSync(join(folder, 'store/p@2/node_modules/core')))
  expect(rootOf('core', folder)).toBeUndefined()
})

test('an alias, and a package that is named like a module of Node', () => {
  const folder = folderWith({
    'node_modules/short/package.json': manifest('a-long-name'),
    'node_modules/buffer/package.json': manifest('buffer'),
  })
  expect(installedPackage('short', folder)).toMatchObject({
    name: 'short',
    manifest: { name: 'a-long-name' },
  })
  expect(rootOf('buffer', folder)).toBe(realpathSync(join(folder, 'node_modules', 'buffer')))
  expect(rootOf('events', folder)).toBeUndefined()
})

test('a package.json that is none, and the one that only says how modules are read', () => {
  const folder = folderWith({
    'node_modules/broken/package.json': '{',
    'node_modules/p/package.json': manifest('p', { exports: './dist/index.js' }),
    'node_modules/p/dist/package.json': '{ "type": "module" }',
    'node_modules/p/dist/index.js': '',
  })
  expect(rootOf('broken', folder)).toBeUndefined()
  expect(rootOf('p', folder)).toBe(realpathSync(join(folder, 'node_modules', 'p')))
})

test('a package of Yarn Plug’n’Play, which no search of folders finds', () => {
  const cache = folderWith({ 'package.json': manifest('p', { exports: { import: './index.js' } }) })
  const folder = folderWith()
  const plugAndPlay = Module as { findPnpApi?: unknown }
  onTestFinished(() => {
    delete plugAndPlay.findPnpApi
  })
  plugAndPlay.findPnpApi = () => ({
    resolveToUnqualified: (name: string) => {
      if (name === 'p') return cache
      throw new Error(`${name} is not listed`)
    },
  })
  expect(rootOf('p', folder)).toBe(realpathSync(cache))
  expect(rootOf('q', folder)).toBeUndefined()
})

test('what only NODE_PATH has is not installed: import does not search it', () => {
  const everybodys = folderWith({ 'p/package.json': manifest('p'), 'p/index.js': '' })
  const folder = folderWith()
  const start = Module as unknown as { _initPaths: () => void }
  onTestFinished(() => {
    vi.unstubAllEnvs()
    start._initPaths()
  })
  vi.stubEnv('NODE_PATH', everybodys)
  start._initPaths()
  expect(Module.createRequire(join(folder, 'x.js')).resolve('p')).toContain('index.js')
  expect(rootOf('p', folder)).toBeUndefined()
})
