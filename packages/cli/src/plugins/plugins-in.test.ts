import { defineMethod, definePlugin } from '@umbra/core'
import { expect, test } from 'vitest'
import { pluginsIn } from './plugins-in.js'

const method = (id: string) =>
  defineMethod({ id, summary: 's', objective: () => ({ weights: {}, terms: () => ({ terms: {} }) }) })
const plugin = (name: string, ...provides: readonly ReturnType<typeof method>[]) =>
  definePlugin({ name, version: '1.2.3', contract: 1, provides })
const idsIn = (module: object): readonly (readonly [string, readonly string[]])[] =>
  pluginsIn(module, './mine.ts').map(({ name, provides }) => [name, provides.map(({ id }) => id)])

const [one, two] = [method('one'), method('two')]

test('one plugin, or definitions alone', () => {
  expect(idsIn({ default: plugin('p', one) })).toEqual([['p', ['one']]])
  expect(idsIn({ one, two })).toEqual([['./mine.ts', ['one', 'two']]])
})

test('a plugin takes the definitions that are exported beside it, each once', () => {
  expect(idsIn({ mine: plugin('p', one), one, two })).toEqual([['p', ['one', 'two']]])
  const [extended] = pluginsIn({ mine: plugin('p', one), two }, './mine.ts')
  expect(extended?.version).toBe('1.2.3')
})

test('an array of plugins, and nothing that belongs to none of them', () => {
  const [a, b] = [plugin('a', one), plugin('b')]
  expect(idsIn({ a, plugins: [a, b], one })).toEqual([
    ['a', ['one']],
    ['b', []],
  ])
  expect(() => idsIn({ plugins: [a, b], two })).toThrow(
    'received the plugins a, b, none of which provides method "two". Add them to `provides` of one of the plugins.',
  )
})

test('several plugins outside an array, or none', () => {
  expect(() => idsIn({ a: plugin('a'), b: plugin('b') })).toThrow('received the plugins a, b')
  expect(() => idsIn({ a: 1 })).toThrow('no plugin among its exports (a)')
})
