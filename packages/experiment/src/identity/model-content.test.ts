import * as tfl from '@tensorflow/tfjs-layers'
import { tf } from '@umbra/core'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { modelContent, modelContentNow } from './model-content.js'

beforeAll(useCpuBackend)

const content = async (seed: number, activation: 'relu' | 'tanh' = 'relu', units = 4): Promise<string> => {
  const kernelInitializer = tfl.initializers.glorotUniform({ seed })
  // Without names, so that tfjs numbers the layers across the process.
  const model = tfl.sequential({
    layers: [
      tfl.layers.flatten({ inputShape: [2, 2, 1] }),
      tfl.layers.dense({ units, activation, kernelInitializer }),
    ],
  })
  const hash = await modelContent(model)
  model.dispose()
  return hash
}

it('is the same for a model built twice, and keeps no tensor', async () => {
  const first = await content(1)
  const before = tf.memory().numTensors
  expect(await content(1)).toBe(first)
  expect(tf.memory().numTensors).toBe(before)
})

it('depends on the weights and on the topology', async () => {
  const all = [await content(1), await content(2), await content(1, 'tanh'), await content(1, 'relu', 5)]
  expect(new Set(all).size).toBe(4)
})

it('depends on what a layer of its own computes', async () => {
  const scaled = async (by: number): Promise<string> => {
    class Scaled extends tfl.layers.Layer {
      static readonly className = 'Scaled'
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.mul([inputs].flat()[0]!, by)
      }
    }
    const model = tfl.sequential({ layers: [new Scaled({ inputShape: [3] })] })
    const hashes = [await modelContent(model), modelContentNow(model)]
    model.dispose()
    expect(hashes[1]).toBe(hashes[0])
    return hashes[0]!
  }
  expect(await scaled(1)).toBe(await scaled(1))
  expect(await scaled(2)).not.toBe(await scaled(1))
})
