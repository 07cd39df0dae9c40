import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as zod from 'zod'
import { createModuleLoader } from './module-loader.js'

const folder = mkdtempSync(join(tmpdir(), 'umbra-copies-'))
const require = createRequire(import.meta.url)

/** Copies a package that is installed here into the project. */
function copy(name: string): void {
  const entry = require.resolve(name)
  const from = entry.slice(0, entry.lastIndexOf(`node_modules/${name}/`)) + `node_modules/${name}`
  cpSync(realpathSync(from), join(folder, 'node_modules', name), {
    recursive: true,
    filter: (file) => !/\.(map|md|d\.ts)$/.test(file),
  })
}

function write(file: string, text: string): string {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

beforeAll(() => {
  for (const name of ['@tensorflow/tfjs-layers', 'zod']) copy(name)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const ESM = `import * as tfl from '@tensorflow/tfjs-layers'
import * as core from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
export const copies = { dense: tfl.layers.dense, tensor: core.tensor, both: [tf.tensor, tf.layers.dense], object: z.object }
`
const COMMON = `const tfl = require('@tensorflow/tfjs-layers')
const core = require('@tensorflow/tfjs-core')
const tf = require('@tensorflow/tfjs')
const { z } = require('zod')
exports.copies = { dense: tfl.layers.dense, tensor: core.tensor, both: [tf.tensor, tf.layers.dense], object: z.object }
`

describe('a project with copies of its own', () => {
  it.each([
    ['a TypeScript file', 'plugin.ts', ESM],
    ['a JavaScript module', 'plugin.mjs', ESM],
    ['a CommonJS file', 'plugin.cjs', COMMON],
    ['a package', 'node_modules/some-plugin/index.mjs', ESM],
  ])('gets those of the command in %s, and in what it imports', async (_name, file, text) => {
    const inner = write(file, text)
    const name = inner.slice(inner.lastIndexOf('/') + 1)
    const outer = write(
      join(dirname(file), `outer-${name.replace(/\.\w+$/, '.mjs')}`),
      `export { copies } from './${name}'`,
    )
    const expected = {
      dense: tfl.layers.dense,
      tensor: tf.tensor,
      both: [tf.tensor, tfl.layers.dense],
      object: zod.z.object,
    }
    for (const path of [inner, outer]) {
      const { copies } = (await createModuleLoader().load(path)) as { copies: typeof expected }
      expect(copies.dense === expected.dense).toBe(true)
      expect(copies.tensor === expected.tensor).toBe(true)
      expect(copies.both.every((value, i) => value === expected.both[i])).toBe(true)
      expect(copies.object === expected.object).toBe(true)
    }
  })
})
