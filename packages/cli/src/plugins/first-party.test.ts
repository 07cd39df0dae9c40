import type { Plugin } from '@umbra/core'
import { expect, test } from 'vitest'
import { PLUGINS } from '../../test/first-party.js'
import { FIRST_PARTY, providerOf } from './first-party.js'

const idsByKind = ({ provides }: Plugin): Readonly<Record<string, string>> => {
  const kinds: Record<string, string> = {}
  for (const { kind, id } of provides)
    if (kind !== 'golden') kinds[kind] = kinds[kind] === undefined ? id : `${kinds[kind]} ${id}`
  return kinds
}

test('the table of what comes with Umbra is what the plugins provide', () => {
  expect(FIRST_PARTY).toEqual(Object.fromEntries(PLUGINS.map((plugin) => [plugin.name, idsByKind(plugin)])))
})

test('the provider of a part, by kind and id', () => {
  expect(providerOf('method', 'ats')).toBe('@umbra/plugin-softening')
  expect(providerOf('model', 'ats')).toBeUndefined()
  expect(providerOf('constructor', 'name')).toBeUndefined()
})
