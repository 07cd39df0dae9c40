import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it } from 'vitest'
import { useCpuBackend } from './cpu-backend.js'
import { tinyModel } from './tiny-model.js'

beforeAll(useCpuBackend)

const weights = (model: LayersModel): number[] => model.getWeights().flatMap((w) => [...w.dataSync()])

it('ends in logits of the shape asked for', () => {
  const model = tinyModel({ inputShape: [6, 5, 1], classes: 7, filters: 3 })
  const images = tf.ones([2, 6, 5, 1])
  const logits = model.predict(images) as tf.Tensor
  expect(logits.shape).toEqual([2, 7])
  expect(model.layers.map(({ name }) => name).slice(1)).toEqual(['conv', 'relu', 'pooled', 'logits'])
  model.dispose()
  tf.dispose([images, logits])
})

it('has batch normalisation when wanted', () => {
  expect(tinyModel({ batchNorm: true }).getLayer('bn').getWeights()).toHaveLength(4)
})

it('is the same for the same seed only', () => {
  const [a, b, c] = [tinyModel({ seed: 3 }), tinyModel({ seed: 3 }), tinyModel({ seed: 4 })].map(weights)
  expect(a).toEqual(b)
  expect(a).not.toEqual(c)
})
