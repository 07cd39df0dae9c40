import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { directionProblems } from './direction.js'

it('holds in this repository', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  expect(directionProblems(root)).toEqual([])
})

describe('directionProblems', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'umbra-direction-'))
    manifest('core', { dependencies: { zod: '4' } })
    manifest('plugin-a', { peerDependencies: { '@umbra/core': '1' } })
    manifest('plugin-b', { peerDependencies: { '@umbra/core': '1' } })
    manifest('cli', { dependencies: { '@umbra/core': '1' } })
    manifest('all', { dependencies: { '@umbra/cli': '1', '@umbra/plugin-a': '1', '@umbra/plugin-b': '1' } })
  })
  afterEach(() => rmSync(root, { recursive: true }))

  function file(path: string, text: string): void {
    const full = join(root, 'packages', path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }
  function manifest(folder: string, rest: object): void {
    file(`${folder}/package.json`, JSON.stringify({ name: `@umbra/${folder}`, ...rest }))
  }
  const problems = (): string[] => directionProblems(root)

  it('accepts what the rule allows', () => {
    file(
      'core/src/index.ts',
      `import { z } from 'zod'\nimport { join } from 'node:path'\nexport const a = z, b = join`,
    )
    file('core/src/deep/x.ts', `export { a } from '../index.js'`)
    manifest('measures', { peerDependencies: { '@umbra/core': '1' } })
    manifest('plugin-a', {
      peerDependencies: { '@umbra/core': '1' },
      dependencies: { '@umbra/measures': '1' },
    })
    file(
      'plugin-a/src/index.ts',
      `import { a } from '@umbra/core'\nimport { m } from '@umbra/measures'\nexport const b = a + m`,
    )
    file(
      'plugin-a/src/x.test.ts',
      `import { b } from '@umbra/plugin-b'\nimport '@tensorflow/tfjs-backend-cpu'\nb()`,
    )
    file('cli/src/index.ts', `export { b } from '@umbra/core'`)
    file('all/src/index.ts', `export { b } from '@umbra/plugin-a'\nexport { c } from '@umbra/plugin-b'`)
    expect(problems()).toEqual([])
  })

  it.each<[string, string, string, string]>([
    [
      'a plugin importing a plugin',
      'plugin-a',
      `import { b } from '@umbra/plugin-b'`,
      'imports @umbra/plugin-b',
    ],
    ['the same by type', 'plugin-a', `import type { B } from '@umbra/plugin-b'`, 'imports @umbra/plugin-b'],
    [
      'the same in a type',
      'plugin-a',
      `export type B = import('@umbra/plugin-b').B`,
      'imports @umbra/plugin-b',
    ],
    ['the same by re-export', 'plugin-a', `export { b } from '@umbra/plugin-b/x'`, 'imports @umbra/plugin-b'],
    [
      'the same at run time',
      'plugin-a',
      `export const b = import('@umbra/plugin-b')`,
      'imports @umbra/plugin-b',
    ],
    ['the command importing a plugin', 'cli', `import '@umbra/plugin-a'`, 'imports @umbra/plugin-a'],
    ['the core importing the measures', 'core', `import '@umbra/measures'`, 'imports @umbra/measures'],
    ['the core importing a plugin', 'core', `import '@umbra/plugin-a'`, 'imports @umbra/plugin-a'],
    [
      'the core importing a backend',
      'core',
      `import '@tensorflow/tfjs-backend-wasm'`,
      'imports @tensorflow/tfjs-backend-wasm, which is for the engine to choose',
    ],
    [
      'a path out of the package',
      'plugin-a',
      `export { a } from '../../core/src/index.js'`,
      'imports ../../core/src/index.js outside its package',
    ],
    [
      'an undeclared package',
      'core',
      `import 'left-pad/x'`,
      'imports left-pad, which package.json does not list',
    ],
    ['a default export', 'core', `export default 3`, 'has a default export'],
    ['a default export by name', 'core', `const a = 3\nexport { a as default }`, 'has a default export'],
    ['a long file', 'core', '// x\n'.repeat(401), 'has 401 lines, more than 400'],
  ])('finds %s', (_, folder, text, problem) => {
    file(`${folder}/src/index.ts`, text)
    expect(problems()).toEqual([`packages/${folder}/src/index.ts: ${problem}`])
  })

  it('finds a path out of the package in a test, too', () => {
    file('core/src/x.test.ts', `import '../../plugin-a/src/x.js'`)
    expect(problems()).toHaveLength(1)
  })

  it('takes src/testing for tests unless it is offered to others', () => {
    file('core/src/testing/helper.ts', `import 'vitest'`)
    expect(problems()).toEqual([])
    manifest('core', { exports: { './testing': './src/testing/index.ts' } })
    expect(problems()).toEqual([
      'packages/core/src/testing/helper.ts: imports vitest, which package.json does not list',
    ])
  })

  it('finds dependencies that package.json must not have', () => {
    manifest('plugin-a', { dependencies: { '@umbra/core': '1' } })
    manifest('plugin-b', { peerDependencies: { '@umbra/core': '1', '@umbra/plugin-a': '1' } })
    manifest('core', { optionalDependencies: { '@umbra/engine': '1' } })
    expect(problems()).toEqual([
      'packages/core/package.json: depends on @umbra/engine',
      'packages/plugin-a/package.json: lacks @umbra/core as a peer dependency',
      'packages/plugin-b/package.json: depends on @umbra/plugin-a',
    ])
  })

  it('does not pass over a file it cannot read', () => {
    file('core/src/index.ts', 'export const = 3')
    expect(problems).toThrow('index.ts')
  })
})
