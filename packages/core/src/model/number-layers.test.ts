import * as tfl from '@tensorflow/tfjs-layers'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { tf } from '../tf.js'
import { allLayers } from './all-layers.js'
import { numberLayers } from './number-layers.js'
import { tapModel } from './tapped-model.js'
import { namedWeights } from './weight-names.js'

beforeAll(useCpuBackend)

const apply = (layer: tfl.layers.Layer, input: tfl.SymbolicTensor): tfl.SymbolicTensor =>
  layer.apply(input) as tfl.SymbolicTensor

/** Two branches that meet, a model and a wrapper inside; no layer has a name but `logits`. */
function unnamed(): tfl.LayersModel {
  const seeded = (): ReturnType<typeof tfl.initializers.heNormal> => tfl.initializers.heNormal({ seed: 3 })
  const input = tfl.input({ shape: [6, 6, 1] })
  const inner = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1], kernelInitializer: seeded() }),
      tfl.layers.batchNormalization(),
      tfl.layers.conv2d({ filters: 2, kernelSize: 3, kernelInitializer: seeded() }),
      tfl.layers.dropout({ rate: 0.5 }),
    ],
  })
  const flat = apply(tfl.layers.flatten(), apply(inner, input))
  const dense = tfl.layers.dense({ units: 4, kernelInitializer: seeded() })
  const rows = apply(tfl.layers.reshape({ targetShape: [4, 2] }), flat)
  const wrapped = tfl.layers.timeDistributed({
    layer: tfl.layers.dense({ units: 1, kernelInitializer: seeded() }),
  })
  const other = apply(tfl.layers.flatten(), apply(wrapped, rows))
  const sum = apply(tfl.layers.add(), [apply(dense, flat), other] as unknown as tfl.SymbolicTensor)
  const logits = apply(
    tfl.layers.dense({ name: 'logits', units: 3, kernelInitializer: seeded() }),
    apply(tfl.layers.activation({ activation: 'relu' }), sum),
  )
  return tfl.model({ inputs: input, outputs: logits })
}

const NAMES = [
  ...['input1', 'sequential_1', 'conv2d_Conv2D1', 'batch_normalization_BatchNormalization1'],
  ...['conv2d_Conv2D2', 'dropout_Dropout1', 'flatten_Flatten1', 'reshape_Reshape1'],
  ...['time_distributed_TimeDistributed1', 'dense_Dense2', 'dense_Dense1', 'flatten_Flatten2'],
  ...['add_Add1', 'activation_Activation1', 'logits'],
]

describe('numberLayers', () => {
  it('gives layers without a name the same name in every build', () => {
    for (let build = 0; build < 3; build++) {
      const model = unnamed()
      numberLayers(model)
      expect(allLayers(model).map(({ name }) => name)).toEqual(NAMES)
      model.dispose()
    }
  })

  it('changes nothing the second time', () => {
    const model = unnamed()
    numberLayers(model)
    numberLayers(model)
    expect(allLayers(model).map(({ name }) => name)).toEqual(NAMES)
  })

  it('leaves a model that computes, can be tapped and can be written as before', () => {
    const [plain, model] = [unnamed(), unnamed()]
    numberLayers(model)
    const x = tf.randomNormal([2, 6, 6, 1], 0, 1, 'float32', 5)
    const expected = [...(plain.predict(x) as tf.Tensor).dataSync()]
    const { apply: run } = tapModel(model, ['sequential_1', 'dense_Dense1'], {}, 'model')
    const { logits, taps } = run(x, false)
    expect([...logits.dataSync()]).toEqual(expected)
    expect(taps.dense_Dense1?.shape).toEqual([2, 4])
    expect([...(model.predict(x) as tf.Tensor).dataSync()]).toEqual(expected)
    const written = JSON.stringify(model.toJSON(undefined, false))
    const again = unnamed()
    numberLayers(again)
    expect(JSON.stringify(again.toJSON(undefined, false)).replaceAll(again.name, '')).toBe(
      written.replaceAll(model.name, ''),
    )
    // Every use of a layer is still there.
    const uses = (json: string): number => json.split('"inboundNodes":[[').length
    expect(uses(written)).toBe(uses(JSON.stringify(plain.toJSON(undefined, false))))
    tf.dispose([x, logits, taps])
  })

  it('numbers the input of a sequential model with its layer', () => {
    const inner = tfl.sequential({
      layers: [tfl.layers.flatten({ inputShape: [2, 2] }), tfl.layers.dense({ units: 2 })],
    })
    const model = tfl.model({ inputs: inner.inputs, outputs: inner.outputs })
    numberLayers(model)
    expect(model.layers.map(({ name }) => name)).toEqual([
      'flatten_Flatten1_input',
      'flatten_Flatten1',
      'dense_Dense1',
    ])
  })

  it('leaves names that are given', () => {
    class Block2 extends tfl.layers.Layer {
      static readonly className = 'Block2'
    }
    const names = ['image7', 'dense_7', 'my_Dense7', 'Dense7', 'block2_Block2', 'conv2d_Conv2D']
    const layers = names.map((name, i) =>
      i === 4
        ? new Block2({ name })
        : tfl.layers.dense({ name, units: 2, ...(i === 0 ? { inputShape: [2] } : {}) }),
    )
    const model = tfl.sequential({ layers: [...layers, new Block2({})] })
    numberLayers(model)
    expect(model.layers.map(({ name }) => name)).toEqual([...names, 'block2_Block21'])
  })
})

it('names the weights of models inside by their way', () => {
  const model = unnamed()
  numberLayers(model)
  expect([...namedWeights(model).keys()]).toEqual([
    ...['conv2d_Conv2D1/kernel', 'conv2d_Conv2D1/bias'].map((name) => `sequential_1/${name}`),
    ...['gamma', 'beta', 'moving_mean', 'moving_variance'].map(
      (name) => `sequential_1/batch_normalization_BatchNormalization1/${name}`,
    ),
    ...['conv2d_Conv2D2/kernel', 'conv2d_Conv2D2/bias'].map((name) => `sequential_1/${name}`),
    ...['time_distributed_TimeDistributed1', 'dense_Dense1', 'logits'].flatMap((name) => [
      `${name}/kernel`,
      `${name}/bias`,
    ]),
  ])
  expect(new Set(namedWeights(model).values())).toEqual(new Set(model.weights))
})
