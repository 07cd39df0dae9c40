import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { definePlugin } from '../contracts/plugin.js'
import { tf } from '../tf.js'
import { assemble } from './registry.js'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-foreign-')))
const folder = join(root, 'node_modules/@tensorflow/tfjs-layers')
let other: typeof tfl

beforeAll(() => {
  const here = createRequire(import.meta.url)
  const own = dirname(dirname(here.resolve('@tensorflow/tfjs-layers')))
  mkdirSync(join(folder, 'dist'), { recursive: true })
  for (const file of ['package.json', 'dist/tf-layers.node.js']) cpSync(join(own, file), join(folder, file))
  // One core, as where a package manager has put several packages together.
  const core = dirname(dirname(here.resolve('@tensorflow/tfjs-core')))
  symlinkSync(core, join(root, 'node_modules/@tensorflow/tfjs-core'))
  other = createRequire(join(root, 'plugin.js'))('@tensorflow/tfjs-layers') as typeof tfl
})
afterAll(() => {
  tf.disposeVariables()
  rmSync(root, { recursive: true })
})

const dense = (library: typeof tfl, name: string) => library.layers.dense({ name, units: 2, inputShape: [3] })
const model = (library: typeof tfl, name: string) => library.sequential({ layers: [dense(library, name)] })

/** What comes of a model, or of a method that makes a student, in the plugin `mine`. */
const build = (made: () => unknown): unknown => {
  const definition = {
    kind: 'model',
    id: 'bad',
    summary: 's',
    taps: {},
    options: z.strictObject({}),
    build: made,
  }
  const { get } = assemble([
    definePlugin({ name: 'mine', version: '1.0.0', contract: 1, provides: [definition as never] }),
  ])
  return get('model', 'bad').build({} as never, {})
}
const student = (made: () => unknown): unknown => {
  const base = {
    kind: 'method',
    id: 'bad',
    title: 't',
    summary: 's',
    formula: '',
    teachers: { min: 0, max: 1 },
  }
  const definition = { ...base, options: z.strictObject({}), objective: () => ({}), student: made }
  const { get } = assemble([
    definePlugin({ name: 'mine', version: '1.0.0', contract: 1, provides: [definition as never] }),
  ])
  return get('method', 'bad').student?.({} as never, [], {})
}
const refusal = (what: string): string =>
  `expected layers of the @tensorflow/tfjs-layers that Umbra runs on, received ${what} of another copy in ${folder}. Import layers by the name`

it('a model or a student of another copy is refused with its folder', () => {
  expect(() => build(() => model(other, 'a'))).toThrow(
    `what build of model "bad" (plugin "mine") returns: ${refusal('a model')}`,
  )
  expect(() => student(() => model(other, 'b'))).toThrow(
    `what student of method "bad" (plugin "mine") returns: ${refusal('a model')}`,
  )
})

it('so is a layer of another copy in one of the own', () => {
  const inside = tfl.layers.timeDistributed({
    layer: other.layers.dense({ name: 'd', units: 2 }),
    inputShape: [4, 3],
  })
  const nested = tfl.sequential({ layers: [tfl.sequential({ layers: [inside] })] })
  expect(() => build(() => nested)).toThrow(refusal('layer "d"'))
})

it('one copy is not', () => {
  const own = model(tfl, 'e')
  expect(build(() => own)).toBe(own)
  expect(student(() => own)).toBe(own)
})

it('an error that comes of two copies says so', () => {
  const remedy = `Another copy of @tensorflow/tfjs-layers is loaded from ${folder}. Import layers by the name`
  model(tfl, 'logits')
  expect(() => build(() => model(other, 'logits'))).toThrow(
    `build threw Error: Variable with name logits/kernel was already registered. ${remedy}`,
  )
  const mixed = () => tfl.sequential({ layers: [dense(tfl, 'c'), dense(other, 'f')] })
  expect(() => build(mixed)).toThrow(remedy)
  const inputs = other.input({ shape: [3] })
  expect(() => build(() => tfl.model({ inputs, outputs: inputs }))).toThrow(remedy)
  const own = (): never => {
    throw new Error('no symbolic thing')
  }
  expect(() => build(own)).toThrow(/threw Error: no symbolic thing\.$/)
})
