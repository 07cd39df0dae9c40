import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as core from '../src/index.js'

/** An example in the doc comment of an exported name. */
interface Example {
  readonly name: string
  readonly code: string
}

const SOURCE = join(import.meta.dirname, '../src')
// Inside the package, so that the compiler finds what it imports.
const FOLDER = join(import.meta.dirname, '.examples')
const PUBLIC = new Set(Object.keys(core))

/** Every `@example` of a value that the main door exports. */
function examplesIn(file: string): Example[] {
  const text = readFileSync(join(SOURCE, file), 'utf8')
  const comments = text.matchAll(
    /\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport (?:async )?(?:const|function|class) (\w+)/g,
  )
  return [...comments].flatMap(([, comment = '', name = '']) => {
    const [, code] = comment.split('@example\n')
    if (code === undefined || !PUBLIC.has(name)) return []
    return [{ name, code: code.replace(/^ \* ?/gm, '').trim() }]
  })
}

const examples = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file))
  .flatMap(examplesIn)

/** The names of the main door that code uses. */
const usedIn = (code: string): string[] =>
  [...PUBLIC].filter((name) => new RegExp(`\\b${name}\\b`).test(code))

/** The example as a function that reports each `value // expected` to `check`. */
function moduleOf(code: string): string {
  const checked = code.replace(/^(.*\S) \/\/ (.+)$/gm, 'check($1, $2)')
  const layers = code.includes('tfl.') ? `import * as tfl from '@tensorflow/tfjs-layers'\n` : ''
  return `import { ${usedIn(code).join(', ')} } from '@umbra/core'
${layers}
export function example(check: (actual: unknown, expected: unknown) => void): void {
${checked}
}
`
}

beforeAll(async () => {
  await core.tf.setBackend('cpu')
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER)
  for (const { name, code } of examples) writeFileSync(join(FOLDER, `${name}.ts`), moduleOf(code))
})
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

it('has an example for each of the names that are used most', () => {
  const most = [
    'defineMethod',
    'definePlugin',
    'objective',
    'labelLoss',
    'temperedKl',
    'crossEntropy',
    'oneHot',
  ]
  const more = ['detach', 'scheduledAtLeast', 'positiveScheduledSchema', 'defineSoftening', 'klDivergence']
  expect(examples.map(({ name }) => name)).toEqual(expect.arrayContaining([...most, ...more]))
})

it('has examples that compile', () => {
  const config = {
    extends: '../../../../tsconfig.base.json',
    compilerOptions: { noEmit: true },
    include: ['*.ts'],
  }
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(config))
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin',
    'tsc',
  )
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', FOLDER], { encoding: 'utf8' })
  expect(stdout).toBe('')
})

it.each(examples)('the example of $name runs, and gives what it says', async ({ name }) => {
  const module = (await import(join(FOLDER, `${name}.ts`))) as {
    readonly example: (check: (actual: unknown, expected: unknown) => void) => void
  }
  module.example((actual, expected) => expect(actual).toEqual(expected))
})
