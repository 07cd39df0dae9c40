import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PublicName, publicNames } from './public-names.js'
import { UNDOCUMENTED } from './undocumented.js'

/** Names at the main door of core, which plugin authors use: 130, and four for each kind added since (optimiser, schedule, metric). */
const MOST_CORE_NAMES = 142

describe('this repository', () => {
  const names = publicNames(fileURLToPath(new URL('../../..', import.meta.url)))

  it('has a doc comment for every public name', () => {
    const bare = names.filter(
      ({ documented, file }) => !documented && !UNDOCUMENTED.some((place) => file.startsWith(place)),
    )
    expect(bare.map(({ file, name }) => `${file}: ${name}`)).toEqual([])
  })

  it(`has at most ${MOST_CORE_NAMES} names at the main door of the core`, () => {
    const count = names.filter(({ door }) => door === '@umbra/core').length
    expect(count).toBeGreaterThan(0)
    expect(count).toBeLessThanOrEqual(MOST_CORE_NAMES)
  })
})

describe('publicNames', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'umbra-names-'))
    file(
      'package.json',
      JSON.stringify({
        name: '@umbra/a',
        exports: { '.': { '@umbra/source': './src/index.ts' }, './b': { '@umbra/source': './src/b.ts' } },
      }),
    )
    file('src/b.ts', '')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  function file(path: string, text: string): void {
    const full = join(root, 'packages', 'a', path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }
  function only(index: string): PublicName {
    file('src/index.ts', index)
    const [name, ...more] = publicNames(root)
    expect(more).toEqual([])
    if (name === undefined) throw new Error('no name')
    return name
  }

  it.each([
    ['a constant', '/** One. */\nexport const x = 1'],
    ['a function', '/** One. */\nexport function x(): void {}'],
    ['an asynchronous function', '/** One. */\nexport async function x(): Promise<void> {}'],
    ['a class', '/** One. */\nexport class x {}'],
    ['an interface', '/** One. */\nexport interface x {}'],
    ['a type', '/** One. */\nexport type x = 1'],
    ['a type and a constant of the same name', '/** One. */\nexport type x = 1\nexport const x = 1'],
    [
      'overloads',
      '/** One. */\nexport function x(a: 1): 1\nexport function x(a: unknown): unknown { return a }',
    ],
    ['a declaration exported later', '/** One. */\nconst y = 1\nexport { y as x }'],
    ['several lines', '/**\n * One.\n */\nexport const x = 1'],
  ])('sees the comment of %s', (_, text) => {
    expect(only(text)).toEqual({
      door: '@umbra/a',
      name: 'x',
      file: 'packages/a/src/index.ts',
      documented: true,
    })
  })

  it.each([
    ['no comment', 'export const x = 1'],
    ['a line comment', '// One.\nexport const x = 1'],
    ['a comment that is not a doc comment', '/* One. */\nexport const x = 1'],
    ['the comment of the one before', '/** One. */\nconst y = 1\nexport const x = y'],
    ['a comment inside', 'export const x = {\n  /** One. */\n  y: 1,\n}'],
  ])('sees through %s', (_, text) => {
    expect(only(text)).toMatchObject({ name: 'x', documented: false })
  })

  it('follows re-exports to the declaration', () => {
    file('src/deep/y.ts', `/** Two. */\nexport const z = 1\nexport const bare = 2`)
    file('src/y.ts', `import { z } from './deep/y.js'\nexport { z as y }\nexport { bare } from './deep/y.js'`)
    expect(only(`export { y as x } from './y.js'`)).toEqual({
      door: '@umbra/a',
      name: 'x',
      file: 'packages/a/src/deep/y.ts',
      documented: true,
    })
    expect(only(`export { type bare } from './y.js'`)).toMatchObject({ documented: false })
  })

  it('leaves names of other packages to them', () => {
    expect(only(`export { z } from 'zod'`)).toMatchObject({ file: 'zod', documented: true })
  })

  it('asks for a comment on a whole module under one name', () => {
    expect(only(`/** All. */\nexport * as x from 'zod'`)).toMatchObject({ documented: true })
    expect(only(`export * as x from 'zod'`)).toMatchObject({ documented: false })
    file(
      'src/tf.ts',
      `/** All. */\nimport * as tf from 'tf'\nimport * as bare from 'tf'\nexport { bare, tf }`,
    )
    expect(only(`export { tf as x } from './tf.js'`)).toMatchObject({ documented: true })
    expect(only(`export { bare as x } from './tf.js'`)).toMatchObject({ documented: false })
  })

  it('looks through every door', () => {
    file('src/index.ts', '')
    file('src/b.ts', 'export const x = 1')
    expect(publicNames(root)).toMatchObject([{ door: '@umbra/a/b', name: 'x' }])
  })

  it('throws for what it cannot follow', () => {
    file('src/index.ts', `export { x } from './y.js'`)
    file('src/y.ts', '')
    expect(() => publicNames(root)).toThrow('does not declare x')
    file('src/index.ts', `export * from './y.js'`)
    expect(() => publicNames(root)).toThrow('exports names that it does not list')
  })
})
