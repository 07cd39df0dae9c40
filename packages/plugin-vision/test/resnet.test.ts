import { namedWeights, tf } from '@umbra/core'
import { tapModel } from '@umbra/core/trainer'
import * as tfl from '@tensorflow/tfjs-layers'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { resNets } from '../src/index.js'
import { build } from './build.js'

beforeAll(useCpuBackend)

const trained = (model: tfl.LayersModel): number =>
  model.trainableWeights.reduce((sum, { shape }) => sum + shape.reduce<number>((a, b) => a * (b ?? 0), 1), 0)

describe('size', () => {
  // Option A: table 6 of He et al. (0.27, 0.46, 0.66, 0.85 million). The others: the published PyTorch networks.
  it.each([
    ['resnet20', 'identity', 10, 269_722],
    ['resnet32', 'identity', 10, 464_154],
    ['resnet44', 'identity', 10, 658_586],
    ['resnet56', 'identity', 10, 853_018],
    ['resnet20', 'projection', 10, 272_474],
    ['resnet56', 'projection', 100, 861_620],
    ['resnet8x4', 'projection', 100, 1_233_540],
    ['resnet32x4', 'projection', 100, 7_433_860],
  ] as const)(
    '%s with %s shortcuts for %d classes has %d trained weights',
    (id, shortcut, classes, weights) => {
      const model = build(id, shortcut, { classes })
      expect(trained(model)).toBe(weights)
      model.dispose()
    },
  )
})

describe('shape', () => {
  it.each(['projection', 'identity'] as const)('logits and taps with %s shortcuts', (shortcut) => {
    const definition = resNets.find(({ id }) => id === 'resnet14')!
    const model = build('resnet14', shortcut, { classes: 7 })
    const names = ['stem', 'stage1', 'stage2', 'stage3', 'pooled']
    expect(tapModel(model, names, definition.taps, 'resnet14').shapes(5)).toEqual({
      logits: [5, 7],
      taps: {
        stem: [5, 32, 32, 16],
        stage1: [5, 32, 32, 16],
        stage2: [5, 16, 16, 32],
        stage3: [5, 8, 8, 64],
        pooled: [5, 64],
      },
    })
    model.dispose()
  })

  it('every alias of every model is a layer', () => {
    for (const definition of resNets.filter(({ id }) => /^resnet(8|20)/.test(id))) {
      const model = build(definition.id)
      for (const layer of Object.values(definition.taps)) expect(model.getLayer(layer).name).toBe(layer)
      model.dispose()
    }
  })
})

describe('arithmetic', () => {
  const small = { inputShape: [8, 8, 3] as const, classes: 3 }

  it('an identity shortcut keeps every other pixel and puts zeros around the channels', () => {
    const model = build('resnet8', 'identity', small)
    const both = tfl.model({
      inputs: model.inputs,
      outputs: ['stage1_block1_out', 'stage2_block1_shortcut_conv'].map(
        (name) => model.getLayer(name).output as tfl.SymbolicTensor,
      ),
    })
    const [input, short] = both.predict(tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 5)) as [
      tf.Tensor4D,
      tf.Tensor4D,
    ]
    const every = tf.stridedSlice(input, [0, 0, 0, 0], [2, 8, 8, 16], [1, 2, 2, 1])
    const expected = tf.pad(every, [
      [0, 0],
      [0, 0],
      [0, 0],
      [8, 8],
    ])
    expect(short.shape).toEqual([2, 4, 4, 32])
    expect([...short.dataSync()]).toEqual([...expected.dataSync()])
    model.dispose()
  })

  it('a strided convolution pads one pixel on every side', () => {
    const model = build('resnet8', 'projection', small)
    const layer = model.getLayer('stage2_block1_conv1')
    layer.setWeights([tf.ones(layer.weights[0]!.shape as [number, number, number, number])])
    const input = tf.ones([1, 8, 8, 16])
    const padded = model.getLayer('stage2_block1_conv1_pad').apply(input) as tf.Tensor
    const output = layer.apply(padded) as tf.Tensor4D
    // The corner sees 2x2 of 3x3 pixels, the last row and column all of theirs: nothing is padded after an even side.
    const rows = (tf.unstack(output, 3)[0]!.arraySync() as number[][][])[0]!
    expect(rows[0]).toEqual([64, 96, 96, 96])
    expect(rows[3]).toEqual([96, 144, 144, 144])
    model.dispose()
  })

  it('initial kernels are normal with deviation sqrt(2 / fan-out), and follow from the seeds alone', () => {
    const weights = (offset: number): Map<string, Float32Array> => {
      const model = build('resnet8', 'projection', { ...small, seedFor: (layer) => layer.length + offset })
      const values = [...namedWeights(model)].map(
        ([name, weight]) => [name, weight.read().dataSync().slice()] as const,
      )
      model.dispose()
      return new Map(values as [string, Float32Array][])
    }
    const [first, again, other] = [weights(0), weights(0), weights(100)]
    expect(again).toEqual(first)
    const kernel = first.get('stage3_block1_conv2/kernel')!
    expect(other.get('stage3_block1_conv2/kernel')).not.toEqual(kernel)
    const deviation = Math.sqrt(kernel.reduce((sum, value) => sum + value ** 2, 0) / kernel.length)
    expect(deviation / Math.sqrt(2 / (9 * 64))).toBeCloseTo(1, 1)
    // Not cut off at two deviations.
    expect(kernel.some((value) => Math.abs(value) > 2.5 * deviation)).toBe(true)
  })
})

describe('in stock tfjs', () => {
  it.each(['projection', 'identity'] as const)(
    'opens with %s shortcuts and gives the same logits',
    async (shortcut) => {
      const model = build('resnet8', shortcut, { inputShape: [8, 8, 3], classes: 3 })
      let saved: tf.io.ModelArtifacts | undefined
      await model.save(
        tf.io.withSaveHandler((artifacts) => {
          saved = artifacts
          return Promise.resolve({
            modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' },
          })
        }),
      )
      const opened = await tfl.loadLayersModel(tf.io.fromMemory(saved!))
      const input = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 5)
      expect([...(opened.predict(input) as tf.Tensor).dataSync()]).toEqual([
        ...(model.predict(input) as tf.Tensor).dataSync(),
      ])
      expect(trained(opened)).toBe(trained(model))
      model.dispose()
      opened.dispose()
    },
  )
})
