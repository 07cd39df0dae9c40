import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { FLOAT32, FLOAT32_GRADIENT, difference } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { ENGINES } from '../testing/engines.js'
import { accelerate } from './accelerate.js'

type Options = Parameters<typeof tfl.layers.batchNormalization>[0]

const images = (): tf.Tensor4D => tf.randomNormal([6, 5, 5, 2], 0.5, 2, 'float32', 3)

/** Convolution, batch normalisation, ReLU, pooling, dense; the same weights each time. */
function network(options: Options = {}): tfl.Sequential {
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        filters: 3,
        kernelSize: 3,
        inputShape: [5, 5, 2],
        useBias: false,
        kernelInitializer: tfl.initializers.heNormal({ seed: 1 }),
      }),
      tfl.layers.batchNormalization({ ...options, name: 'bn' }),
      tfl.layers.reLU(),
      tfl.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
      tfl.layers.dense({ units: 2, kernelInitializer: tfl.initializers.glorotNormal({ seed: 2 }) }),
    ],
  })
}

const train = (model: tfl.LayersModel, x: tf.Tensor): tf.Tensor =>
  model.apply(x, { training: true }) as tf.Tensor
const infer = (model: tfl.LayersModel, x: tf.Tensor): tf.Tensor => model.apply(x) as tf.Tensor
const weight = (model: tfl.LayersModel, index: number): tf.Tensor => model.getLayer('bn').getWeights()[index]!
const close = (actual: tf.Tensor, expected: tf.Tensor, tolerance = FLOAT32) =>
  expect(difference(actual.dataSync(), expected.dataSync(), tolerance)).toBeUndefined()

/** Gradients of `sum(logits^2)` for every trained weight, in order. */
const gradients = (model: tfl.LayersModel, x: tf.Tensor): tf.Tensor[] => {
  const variables = model.trainableWeights.map((w) => w.read()).filter((v) => v instanceof tf.Variable)
  const { grads } = tf.variableGrads(() => tf.sum(tf.square(train(model, x))), variables)
  return variables.map((variable) => grads[variable.name]!)
}

for (const { id, name, here } of ENGINES) {
  describe.skipIf(!here)(`accelerate on ${name}`, () => {
    beforeAll(async () => {
      await createEngine(id)
    })

    it('gives the outputs and gradients of the stock layer', () => {
      const x = images()
      const [stock, fast] = [network(), network()]
      accelerate(fast)
      close(train(fast, x), train(stock, x))
      const expected = gradients(stock, x)
      gradients(fast, x).forEach((gradient, i) => close(gradient, expected[i]!, FLOAT32_GRADIENT))
    })

    it('moves the statistics as PyTorch does, with the unbiased variance', () => {
      const x = images()
      const model = network({ momentum: 0.9 })
      accelerate(model)
      train(model, x)
      const before = tf.conv2d(x, model.layers[0]!.getWeights()[0] as tf.Tensor4D, 1, 'valid')
      const { mean, variance } = tf.moments(before, [0, 1, 2])
      const count = before.size / 3
      close(weight(model, 2), tf.mul(mean, 0.1))
      close(weight(model, 3), tf.add(0.9, tf.mul(variance, (0.1 * count) / (count - 1))))
    })

    it.each<[string, Options]>([
      ['without scale', { scale: false }],
      ['without offset', { center: false }],
      ['without either', { scale: false, center: false }],
    ])('works %s', (_name, options) => {
      const x = images()
      const [bare, full] = [network(options), network()]
      accelerate(bare)
      accelerate(full)
      close(train(bare, x), train(full, x))
      expect(bare.getLayer('bn').getWeights()).toHaveLength(4 - Object.keys(options!).length)
    })

    it('normalises features of rank 2', () => {
      const x = tf.randomNormal([7, 3], 2, 3, 'float32', 5)
      const model = tfl.sequential({
        layers: [tfl.layers.batchNormalization({ inputShape: [3], name: 'bn' })],
      })
      accelerate(model)
      const { mean, variance } = tf.moments(x, 0)
      close(train(model, x), tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3))))
      close(weight(model, 2), tf.mul(mean, 0.01))
    })

    it('changes neither inference nor what the model is saved as', () => {
      const x = images()
      const [stock, fast] = [network(), network()]
      const saved = JSON.stringify(fast.toJSON())
      accelerate(fast)
      accelerate(fast)
      expect(JSON.stringify(fast.toJSON())).toBe(saved)
      expect(fast.getWeights().map((w) => w.shape)).toEqual(stock.getWeights().map((w) => w.shape))
      close(infer(fast, x), infer(stock, x), { relative: 0, absolute: 0 })
    })

    it('leaves no tensor behind in a training step', () => {
      const x = images()
      const model = network()
      accelerate(model)
      const optimiser = tf.train.sgd(0.01)
      const step = () => optimiser.minimize(() => tf.mean(tf.square(train(model, x))))
      step()
      const before = tf.memory().numTensors
      step()
      expect(tf.memory().numTensors).toBe(before)
    })
  })
}

describe('accelerate', () => {
  beforeAll(async () => {
    await createEngine('cpu')
  })

  it('reaches models within models', () => {
    const x = images()
    const inner = network()
    const outer = tfl.sequential({ layers: [inner, tfl.layers.dense({ units: 1 })] })
    accelerate(outer)
    train(outer, x)
    const stock = network()
    train(stock, x)
    // The stock layer takes the biased variance.
    expect(difference(weight(inner, 3).dataSync(), weight(stock, 3).dataSync(), FLOAT32)).toBeDefined()
  })

  it('leaves layers over another axis to tfjs', () => {
    const x = tf.randomNormal([4, 3, 5, 5], 0, 1, 'float32', 7)
    const make = () =>
      tfl.sequential({
        layers: [tfl.layers.batchNormalization({ axis: 1, inputShape: [3, 5, 5], name: 'bn' })],
      })
    const [stock, fast] = [make(), make()]
    accelerate(fast)
    close(train(fast, x), train(stock, x))
    close(weight(fast, 3), weight(stock, 3), { relative: 0, absolute: 0 })
  })
})
