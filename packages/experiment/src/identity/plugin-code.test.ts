import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Plugin, definePlugin } from '@umbra/core'
import { setDefiningFile } from '@umbra/core/trainer'
import { expect, it, onTestFinished } from 'vitest'
import { createPluginCode } from './plugin-code.js'

const plugin = (over: Partial<Plugin> = {}): Plugin =>
  definePlugin({ name: 'mine', version: '1.0.0', contract: 1, provides: [], ...over })

const codeOf = (value: Plugin): string => createPluginCode().of(value).code

function defineIn(
  name: string,
  source: string,
): { readonly value: Plugin; readonly write: (source: string) => void } {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-code-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, name)
  const write = (text: string): void => writeFileSync(file, text)
  write(source)
  const value = plugin()
  setDefiningFile(value, file)
  return { value, write }
}

it('is name, version and a hash of the code, the same whenever it is read', () => {
  expect(createPluginCode().of(plugin())).toEqual(createPluginCode().of(plugin()))
  expect(createPluginCode().of(plugin())).toMatchObject({ plugin: 'mine', version: '1.0.0' })
  expect(createPluginCode().core).toBe(createPluginCode().core)
})

it('tells plugins of one file apart by their functions', () => {
  const one = plugin({ hooks: { epochEnd: () => undefined } })
  const two = plugin({ hooks: { epochEnd: () => void 0 } })
  expect(codeOf(one)).not.toBe(codeOf(two))
})

it('changes with any edit of a module, and in a configuration only with what defines it', () => {
  const source = 'const seeds = [0]\nconst mine = definePlugin({ weight: 1 })\n'
  const module = defineIn('plugin.ts', source)
  const config = defineIn('umbra.config.ts', source)
  const before = [codeOf(module.value), codeOf(config.value)]
  for (const { write } of [module, config]) write(source.replace('[0]', '[0, 1]'))
  expect(codeOf(module.value)).not.toBe(before[0])
  expect(codeOf(config.value)).toBe(before[1])
  config.write(source.replace('weight: 1', 'weight: 2'))
  expect(codeOf(config.value)).not.toBe(before[1])
})

it('is known by its functions alone where no file is known', () => {
  const { ...copy } = plugin()
  expect(codeOf(copy)).toBe(codeOf({ ...copy }))
  expect(codeOf({ ...copy, hooks: { epochEnd: () => undefined } })).not.toBe(codeOf(copy))
})
