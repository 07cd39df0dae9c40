import * as tfl from '@tensorflow/tfjs-layers'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { namedWeights } from './weight-names.js'

beforeAll(useCpuBackend)

function model(): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({ name: 'stem', filters: 2, kernelSize: 1, inputShape: [4, 4, 3], useBias: false }),
      tfl.layers.batchNormalization({ name: 'norm' }),
      tfl.layers.flatten({ name: 'flat' }),
      tfl.layers.dense({ name: 'logits', units: 5 }),
    ],
  })
}

it('names every weight by its layer and its part, the same for every model built in a process', () => {
  const [first, second] = [model(), model()]
  const names = ['stem/kernel', 'norm/gamma', 'norm/beta', 'norm/moving_mean', 'norm/moving_variance']
  expect([...namedWeights(first).keys()]).toEqual([...names, 'logits/kernel', 'logits/bias'])
  expect([...namedWeights(second).keys()]).toEqual([...namedWeights(first).keys()])
})

it('gives the weights themselves, frozen ones too', () => {
  const made = model()
  made.getLayer('stem').trainable = false
  const weights = namedWeights(made)
  expect(weights.size).toBe(made.weights.length)
  expect(weights.get('stem/kernel')!.read().shape).toEqual([1, 1, 3, 2])
  expect(weights.get('logits/bias')).toBe(made.getLayer('logits').weights[1])
})
