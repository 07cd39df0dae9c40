import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createModuleLoader } from './module-loader.js'
import { readConfig } from './read-config.js'

const folder = mkdtempSync(join(tmpdir(), 'umbra-read-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function read(name: string, text: string): Promise<unknown> {
  const file = join(folder, name)
  writeFileSync(file, text)
  return readConfig(file, createModuleLoader(), 0.5)
}
const bomb = [
  'a0: &a0 [x, x]',
  ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`),
]

describe('readConfig', () => {
  it.each([
    ['umbra.config.yaml', 'dataset: { id: digits }'],
    ['umbra.config.json', '{ "dataset": { "id": "digits" } }'],
    ['umbra.config.ts', "export default { dataset: { id: 'digits' as string } }"],
    ['later.config.mjs', "await 0; export default () => Promise.resolve({ dataset: { id: 'digits' } })"],
  ])('reads %s', async (name, text) => {
    expect(await read(name, text)).toEqual({ dataset: { id: 'digits' } })
  })

  it.each([
    ['cycle.yaml', 'dataset: &a { id: digits, options: *a }', '"dataset.options" that contains itself'],
    ['bomb.yaml', bomb.join('\n'), 'by references to the same values'],
    ['deep.json', `{ "x": ${'['.repeat(5000)}${']'.repeat(5000)} }`, 'deeper than 100'],
    ['deep.yaml', `x: ${'['.repeat(5000)}${']'.repeat(5000)}`, /deeper than 100|an error while reading it/],
    ['large.json', `{ "x": "${'x'.repeat(11 * 2 ** 20)}" }`, 'expected at most 10485760 bytes'],
    ['never.ts', 'await new Promise(() => {}); export default {}', 'a promise that has not settled'],
    ['function.ts', 'export default () => new Promise(() => {})', 'a promise that has not settled'],
    ['text.yaml', '\u001b[31mred', /.*/],
    ['broken.json', '{ "a": \u001b[31m', /.*/],
  ])('refuses %s in one line', async (name, text, message) => {
    const problem = await read(name, text).catch((error: unknown) => error)
    expect(problem).toMatchObject({ code: 'UMBRA_CONFIG_FILE' })
    expect((problem as Error).message).toEqual(
      typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
    )
    expect((problem as Error).message).not.toMatch(/\p{Cc}/u)
  })
})
