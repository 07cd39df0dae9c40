import '@tensorflow/tfjs-backend-cpu'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../checkpoint/safetensors.js'
import { defineFormat } from '../contracts/format.js'
import { defineModel } from '../contracts/model.js'
import { definePlugin } from '../contracts/plugin.js'
import { assemble } from '../registry/registry.js'
import { toyModel } from '../../test/toy-cohort.js'
import { tf } from '../tf.js'
import { loadModel } from './load-weights.js'
import { namedWeights } from './weight-names.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const dataset = { shape: [6, 6, 1], classes: ['a', 'b', 'c'] } as const
const stored = (): Map<string, StoredTensor> =>
  new Map(
    [...namedWeights(toyModel(9))].map(([name, weight]) => {
      const value = weight.read()
      return [name, { dtype: 'float32', shape: value.shape, data: value.dataSync<'float32'>() }]
    }),
  )

function write(name: string, tensors: Map<string, StoredTensor>): string {
  const file = join(mkdtempSync(join(tmpdir(), 'umbra-weights-')), name)
  writeFileSync(file, encodeSafetensors(tensors))
  return file
}
const plugin = definePlugin({
  name: 'toy-plugin',
  version: '1.0.0',
  contract: 1,
  provides: [
    defineModel({
      id: 'toy',
      summary: 'A convolution and a classifier.',
      options: z.strictObject({}),
      taps: {},
      build: ({ seedFor }) => toyModel(seedFor('toy')),
    }),
    defineFormat({
      id: 'safetensors',
      summary: 'Weights by name.',
      options: z.strictObject({}),
      extensions: ['.safetensors'],
      read: (path) =>
        Promise.resolve(
          [...decodeSafetensors(readFileSync(path), path)].map(([name, { shape, data }]) => ({
            name,
            shape,
            data: Float32Array.from(data),
          })),
        ),
    }),
  ],
})
const load = (file: string): ReturnType<typeof loadModel> =>
  loadModel(assemble([plugin]), { id: 'toy', options: {} }, file, dataset)

describe('namedWeights', () => {
  it('gives the same names however many models were made before', () => {
    const names = [...namedWeights(toyModel(1)).keys()]
    expect(names).toEqual([
      'conv/kernel',
      'bn/gamma',
      'bn/beta',
      'bn/moving_mean',
      'bn/moving_variance',
      'logits/kernel',
      'logits/bias',
    ])
    expect([...namedWeights(toyModel(2)).keys()]).toEqual(names)
  })
})

describe('loadModel', () => {
  it('gives a model the weights of a file', async () => {
    const { model, sha256 } = await load(write('model.safetensors', stored()))
    const x = tf.randomUniform([3, 6, 6, 1], 0, 1, 'float32', 7)
    const expected = toyModel(9).predict(x) as typeof x
    expect([...(model.predict(x) as typeof x).dataSync()]).toEqual([...expected.dataSync()])
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('refuses weights that are missing or of another shape, a missing file and an unknown ending', async () => {
    const missing = stored()
    missing.delete('logits/bias')
    await expect(load(write('a.safetensors', missing))).rejects.toThrow('"logits/bias" of a.safetensors')
    const other = stored()
    other.set('logits/kernel', { dtype: 'float32', shape: [3, 4], data: new Float32Array(12) })
    await expect(load(write('b.safetensors', other))).rejects.toThrow(
      'expected shape [3, 3], received [3, 4]',
    )
    await expect(load('/nowhere/x.safetensors')).rejects.toMatchObject({ code: 'UMBRA_FILE_MISSING' })
    await expect(load(write('c.onnx', stored()))).rejects.toThrow(
      /expected a file of the format safetensors, received a file that starts with/,
    )
  })
})
