import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from '../../test/workspace.js'
import { moduleFailure } from './module-failure.js'
import { createModuleLoader } from './module-loader.js'

async function failureOf(name: string, text: string, outer?: string): Promise<readonly [string, string]> {
  const folder = folderWith({ [name]: text, 'outer.ts': `export * from './${name}'` })
  try {
    await createModuleLoader().load(join(folder, outer ?? name))
  } catch (error) {
    return [moduleFailure(error), join(folder, name)]
  }
  throw new Error('it loads')
}

test.each(['p.ts', 'p.mjs', 'p.cjs'])('a syntax error has its line and file: %s', async (name) => {
  for (const outer of [undefined, 'outer.ts']) {
    const [text, file] = await failureOf(name, 'const a = 1\nconst = 2\n', outer)
    expect(text).toBe(`Unexpected token in line 2 of ${file}`)
  }
})

test.each([
  ['p.ts', "import 'none'", 'none'],
  ['p.mjs', "import 'none'", 'none'],
  ['p.cjs', "require('none')", 'none'],
  ['p.ts', "import './none.js'", './none.js'],
])('a missing module is named, with who imports it: %s, %s', async (name, source, missing) => {
  for (const outer of [undefined, 'outer.ts']) {
    const [text, file] = await failureOf(name, source, outer)
    expect(text).toBe(`cannot find module "${missing}", which ${file} imports`)
  }
})

test.each([
  ["Cannot find package 'none' imported from /a/p.mjs", 'cannot find module "none", which /a/p.mjs imports'],
  [
    "Cannot find module '/a/x.js' imported from /a/p.mjs",
    'cannot find module "/a/x.js", which /a/p.mjs imports',
  ],
  ["Cannot find module 'none'", 'cannot find module "none"'],
])('what Node says itself: %s', (message, text) => {
  expect(moduleFailure(new Error(message))).toBe(text)
})

test('any other error is its first line; what is thrown need not be an error', async () => {
  expect((await failureOf('p.ts', 'throw new Error("no luck\\nmore")'))[0]).toBe('no luck')
  expect(moduleFailure('text')).toBe('text')
})
