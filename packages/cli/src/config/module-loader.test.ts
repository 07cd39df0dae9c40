import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as core from '@umbra/core'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as zod from 'zod'
import { createModuleLoader } from './module-loader.js'

const folder = mkdtempSync(join(tmpdir(), 'umbra-copies-'))

function write(file: string, text: string): string {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

/** An installed package whose exports all are the text `theirs`. */
function install(name: string, exports: readonly string[], { version = '4.0.0', at = '' } = {}): void {
  const place = join(at, 'node_modules', name)
  write(join(place, 'package.json'), JSON.stringify({ name, version, main: './index.js' }))
  write(join(place, 'index.js'), exports.map((each) => `exports.${each} = 'theirs'`).join('\n'))
}

beforeAll(() => {
  install('@tensorflow/tfjs-layers', ['layers'])
  install('@tensorflow/tfjs-core', ['tensor'])
  install('@tensorflow/tfjs', ['tensor', 'layers'])
  install('@umbra/core', ['defineMethod'])
  install('zod', ['z'])
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const ESM = `import * as tfl from '@tensorflow/tfjs-layers'
import * as tfc from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs'
import { defineMethod } from '@umbra/core'
import { z } from 'zod'
export const copies = [tfl.layers, tfc.tensor, tf.tensor, tf.layers, defineMethod, z]
`
const COMMON = `const tfl = require('@tensorflow/tfjs-layers')
const tfc = require('@tensorflow/tfjs-core')
const tf = require('@tensorflow/tfjs')
const { defineMethod } = require('@umbra/core')
const { z } = require('zod')
exports.copies = [tfl.layers, tfc.tensor, tf.tensor, tf.layers, defineMethod, z]
`
const OURS = [tfl.layers, tf.tensor, tf.tensor, tfl.layers, core.defineMethod, zod.z]

const load = async (file: string): Promise<{ readonly copies: readonly unknown[] }> =>
  (await createModuleLoader().load(file)) as { readonly copies: readonly unknown[] }
/** Which of the copies are those of this process. */
const areOurs = async (file: string): Promise<boolean[]> => {
  const { copies } = await load(file)
  expect(copies).toHaveLength(OURS.length)
  return copies.map((copy, i) => copy === OURS[i])
}
const ALL = OURS.map(() => true)

describe('a project with copies of its own', () => {
  it.each([
    ['a TypeScript file', 'plugin.ts', ESM],
    ['a JavaScript module', 'plugin.mjs', ESM],
    ['a CommonJS file', 'plugin.cjs', COMMON],
    ['a package', 'node_modules/some-plugin/index.mjs', ESM],
    ['a CommonJS package', 'node_modules/common-plugin/index.cjs', COMMON],
  ])('gets those of the command in %s, and in what imports it', async (_name, file, text) => {
    const inner = write(file, text)
    const name = inner.slice(inner.lastIndexOf('/') + 1)
    const stem = join(dirname(file), `outer-${name.replace(/\.\w+$/, '')}`)
    expect(await areOurs(inner)).toEqual(ALL)
    expect(await areOurs(write(`${stem}.mjs`, `export { copies } from './${name}'`))).toEqual(ALL)
    expect(await areOurs(write(`${stem}.ts`, `export { copies } from './${name}'`))).toEqual(ALL)
  })

  it('lets the parts of TensorFlow.js find each other', async () => {
    install('@tensorflow/tfjs-node', [])
    write('node_modules/@tensorflow/tfjs-node/index.js', COMMON)
    const { copies } = await load(
      write('node.cjs', `exports.copies = require('@tensorflow/tfjs-node').copies`),
    )
    expect(copies).toEqual(OURS.map(() => 'theirs'))
  })

  it('leaves another major version of zod to what is written for it', async () => {
    install('zod', ['z'], { version: '3.25.76', at: 'node_modules/older' })
    const inner = write('node_modules/older/index.cjs', COMMON)
    expect(await areOurs(inner)).toEqual(ALL.map((_, i) => i < ALL.length - 1))
  })
})
