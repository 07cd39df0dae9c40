import { expect, it } from 'vitest'
import { programSlice } from './program-slice.js'

const slice = (source: string): readonly string[] => programSlice('umbra.config.ts', source)

const program = `
import { defineConfig, defineMethod, definePlugin, tf } from '@umbra/core'
import { helper } from './helper'
const seeds = [0, 1]
const weight: number = 0.5, other = 2
const deeper = () => weight
const make = (factor: number) => defineMethod({ id: 'mine', objective: () => helper(factor, deeper()) })
const methods = []
methods.push(make(3))
const mine = definePlugin({ name: 'mine', provides: methods })
const id = 'a name that is only a key elsewhere'
await run([mine], { seeds: [0, 1], id })
export default defineConfig({ seeds, plugins: [mine], methods: ['mine'] })
`

it('is what the definitions are made of, wherever at the top level it stands', () => {
  const before = slice(program)
  const edits: readonly (readonly [string, string])[] = [
    ['= 0.5', '= 0.6'],
    ['make(3)', 'make(4)'],
    ['helper(factor', 'helper(-factor'],
    ['() => weight', '() => -weight'],
    ["name: 'mine'", "name: 'yours'"],
  ]
  for (const [from, to] of edits) {
    expect(program).toContain(from)
    expect(slice(program.replace(from, to))).not.toEqual(before)
  }
})

it('is nothing else: neither seeds, nor the configuration, nor what runs the plugin', () => {
  const before = slice(program)
  expect(slice(program.replaceAll('[0, 1]', '[0, 1, 2]'))).toEqual(before)
  expect(slice(program.replace("methods: ['mine']", "methods: ['ce', 'mine']"))).toEqual(before)
  expect(slice(program.replace('a name that', 'what'))).toEqual(before)
})

it('sees a definition inside the configuration', () => {
  const inside = (weight: number, seed: number): readonly string[] =>
    slice(`export default defineConfig({ plugins: [definePlugin({ weight: ${weight} })], seeds: [${seed}] })`)
  expect(inside(1, 0)).toEqual(inside(1, 7))
  expect(inside(1, 0)).not.toEqual(inside(2, 0))
})

it('sees what is passed to a factory in another file', () => {
  const source =
    "import { makePlugin } from './factory.js'\nconst plugin = makePlugin(0.5)\nconst seeds = [0]\n"
  expect(slice(source.replace('0.5', '0.6'))).not.toEqual(slice(source))
  expect(slice(source.replace('[0]', '[0, 1]'))).toEqual(slice(source))
})
