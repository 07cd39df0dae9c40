import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it } from 'vitest'
import { tf } from '../tf.js'
import { modelOperations } from './model-operations.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** A layer that multiplies by a number that nothing says: neither its options nor its text. */
function scaling(by: number, trained = by): tfl.layers.Layer {
  class Scaling extends tfl.layers.Layer {
    static readonly className = 'Scaling'
    override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
      return tf.mul([inputs].flat()[0]!, kwargs.training === true ? trained : by)
    }
  }
  return new Scaling({ name: 'scaling' })
}

const model = (...layers: readonly tfl.layers.Layer[]): tfl.LayersModel =>
  tfl.sequential({
    layers: [
      tfl.layers.dense({ inputShape: [4], units: 3 }),
      tfl.layers.batchNormalization(),
      tfl.layers.dropout({ rate: 0.5 }),
      ...layers,
      tfl.layers.dense({ units: 2 }),
    ],
  })

function operations(made: tfl.LayersModel): string | undefined {
  const hash = modelOperations(made)
  made.dispose()
  return hash
}

it('are told apart by a number that a layer holds, in training and not', () => {
  const hashes = [
    scaling(1),
    scaling(2),
    scaling(1, 2),
    tfl.layers.timeDistributed({ layer: scaling(3), inputShape: [3, 1] }),
  ].map((layer) =>
    operations(
      model(
        ...(layer.getClassName() === 'Scaling'
          ? [layer]
          : [tfl.layers.reshape({ targetShape: [3, 1] }), layer, tfl.layers.flatten()]),
      ),
    ),
  )
  expect(hashes).not.toContain(undefined)
  expect(new Set(hashes).size).toBe(4)
  expect(operations(model(scaling(1)))).toBe(hashes[0])
})

it('are not recorded where all layers are those of tfjs', () => {
  expect(operations(model(tfl.layers.reLU(), tfl.layers.activation({ activation: 'tanh' })))).toBeUndefined()
})

it('leave weights as they are, and no tensor', () => {
  const made = model(scaling(2))
  const values = (): number[][] => made.weights.map((weight) => Array.from(weight.read().dataSync()))
  const before = [values(), tf.memory().numTensors]
  expect(modelOperations(made)).toBeDefined()
  expect([values(), tf.memory().numTensors]).toEqual(before)
  made.dispose()
})
