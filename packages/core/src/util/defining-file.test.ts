import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { definePlugin } from '../contracts/plugin.js'
import { definingFile, setDefiningFile } from './defining-file.js'

const plugin = () => definePlugin({ name: 'mine', version: '1.0.0', contract: 1, provides: [] })

it('is the file that called definePlugin, and nothing of it shows in the plugin', () => {
  const mine = plugin()
  expect(definingFile(mine)).toBe(fileURLToPath(import.meta.url))
  expect(Object.keys(mine)).toEqual(['name', 'version', 'contract', 'provides'])
})

it('can be said by whoever loaded a value, and is unknown of others', () => {
  const mine = plugin()
  setDefiningFile(mine, '/elsewhere/plugin.ts')
  expect(definingFile(mine)).toBe('/elsewhere/plugin.ts')
  expect(definingFile({})).toBeUndefined()
})

it('leaves stack traces as they were', () => {
  const state = (): unknown => [
    Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace'),
    Error.stackTraceLimit,
  ]
  const before = state()
  plugin()
  expect(state()).toEqual(before)
})
