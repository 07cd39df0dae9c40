import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { expect, it } from 'vitest'
import { leftovers, normal, useWasm } from '../testing/both-backends.js'

function network(): tfl.LayersModel {
  const initial = (seed: number) => tfl.initializers.heNormal({ seed })
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        inputShape: [12, 12, 3],
        filters: 8,
        kernelSize: 3,
        padding: 'same',
        useBias: false,
        kernelInitializer: initial(1),
      }),
      tfl.layers.batchNormalization(),
      tfl.layers.reLU(),
      tfl.layers.depthwiseConv2d({
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        depthwiseInitializer: initial(2),
      }),
      tfl.layers.conv2d({ filters: 12, kernelSize: 3, strides: 2, kernelInitializer: initial(3) }),
      tfl.layers.globalAveragePooling2d({}),
      tfl.layers.dense({ units: 5, kernelInitializer: initial(4) }),
    ],
  })
}

/** Losses of ten steps; on both backends the same weights and the same data. */
function train(steps: number): number[] {
  const model = network()
  const optimiser = tf.train.momentum(0.05, 0.9)
  const x = normal([16, 12, 12, 3], 7)
  const labels = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: 16 }, (_, i) => i % 5),
      'int32',
    ),
    5,
  )
  const variables = model.trainableWeights.map((weight) => weight.read()) as unknown as tf.Variable[]
  const step = (): number => {
    const loss = optimiser.minimize(
      () => tf.losses.softmaxCrossEntropy(labels, model.apply(x, { training: true }) as tf.Tensor),
      true,
      variables,
    )
    const value = loss?.dataSync()[0] ?? NaN
    loss?.dispose()
    return value
  }
  const losses = [step()]
  const before = leftovers()
  for (let i = 1; i < steps; i++) losses.push(step())
  expect(leftovers()).toEqual(before)
  tf.dispose([x, labels])
  model.dispose()
  optimiser.dispose()
  return losses
}

it('a convolutional network trains on wasm as it does on cpu', async () => {
  await tf.setBackend('cpu')
  const expected = train(10)
  await useWasm()
  const losses = train(10)
  for (const [i, loss] of losses.entries()) expect(Math.abs(loss / expected[i]! - 1)).toBeLessThan(1e-3)
  expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.9)
})
