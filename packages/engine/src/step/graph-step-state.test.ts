import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import type { Engine } from '@umbra/core'
import { afterEach, beforeAll, describe, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'
import { type ExampleStep, exampleInputs, expectSame, normal } from '../testing/traced.js'

let engine: Engine
describe.skipIf(!hasTensorflow)(`a traced step with state on tensorflow${withoutTensorflow}`, () => {
  beforeAll(async () => {
    engine = await createEngine('tensorflow')
  })
  afterEach(() => {
    tf.disposeVariables()
  })

  it('keeps float, integer and boolean variables', () => {
    const mean = tf.variable(tf.zeros([16]), false)
    const count = tf.variable(tf.scalar(0, 'int32'), false)
    const seen = tf.variable(tf.zeros([8], 'bool'), false)
    expectSame(engine, ({ x, index }) => {
      mean.assign(tf.add(tf.mul(mean, 0.9), tf.mul(tf.mean(x, 0), 0.1)))
      count.assign(tf.add(count, tf.scalar(1, 'int32')))
      seen.assign(tf.logicalOr(seen, tf.equal(index, tf.scalar(1, 'int32'))))
      return { mean, count: tf.clone(count), seen }
    })
  })

  it('updates a memory bank by the indices of a batch', () => {
    const bank = tf.variable(normal([100, 16], 9), false)
    expectSame(engine, ({ x, index }) => {
      const old = tf.gather(bank, index)
      const next = tf.add(tf.mul(old, 0.5), tf.mul(x, 0.5))
      bank.assign(tf.tensorScatterUpdate(bank, tf.expandDims(index, 1), next))
      return { similarity: tf.matMul(x, old, false, true) }
    })
  })

  it('swaps two variables, and reads old and new values of one', () => {
    const [one, two] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([3, 4]))]
    expectSame(engine, ({ x }) => {
      const before = tf.clone(one)
      one.assign(two)
      two.assign(before)
      const old = tf.clone(one)
      one.assign(tf.add(one, tf.sum(x)))
      return { before, old, now: one, sum: tf.add(old, two) }
    })
  })

  it('tells variables apart that began with the same tensor, and a constant that was cloned from one', () => {
    const initial = tf.ones([16])
    const [fast, slow] = [tf.variable(initial), tf.variable(initial)]
    const anchor = tf.clone(fast)
    expectSame(engine, ({ x }) => {
      const drift = tf.sum(tf.abs(tf.sub(fast, anchor)))
      fast.assign(tf.add(fast, tf.mean(x, 0)))
      slow.assign(tf.add(tf.mul(slow, 0.9), tf.mul(fast, 0.1)))
      return { drift, gap: tf.sub(fast, slow) }
    })
    tf.dispose([initial, anchor])
  })

  it('assigns what is only a reshaped value, a constant, or an output too', () => {
    const [matrix, fixed, shared] = [[2, 8], [2], [8, 16]].map((shape) => tf.variable(tf.zeros(shape)))
    expectSame(engine, ({ x }) => {
      matrix!.assign(
        tf.reshape(tf.reshape(tf.add(matrix!, tf.reshape(tf.mean(x, 0), [2, 8])), [2, 8]), [2, 8]),
      )
      fixed!.assign(tf.tensor1d([5, 6]))
      const doubled = tf.mul(x, 2)
      shared!.assign(doubled)
      return { doubled, fixed: tf.mul(fixed!, 2) }
    })
  })

  it('folds no batch normalisation whose convolution is also kept as state', () => {
    const kept = tf.variable(tf.zeros([4, 8, 8, 2]), false)
    expectSame(engine, ({ image }) => {
      const y = tf.conv2d(image as tf.Tensor4D, tf.ones<tf.Rank.R4>([3, 3, 3, 2]), 1, 'same')
      kept.assign(y)
      return {
        y: tf.batchNorm(
          y,
          tf.tensor1d([1, 2]),
          tf.tensor1d([3, 4]),
          tf.tensor1d([5, 6]),
          tf.tensor1d([7, 8]),
        ),
      }
    })
  })

  it('takes gradients for variables, of gathered rows and of a gradient penalty', () => {
    const weight = tf.variable(normal([16, 16], 5))
    expectSame(engine, ({ x, index }) => {
      const rows = tf.variableGrads(() => tf.sum(tf.square(tf.gather(weight, index))), [weight])
      const penalty = tf.variableGrads(
        () =>
          tf.sum(
            tf.square(tf.grad((a) => tf.sum(tf.tanh(tf.matMul(a as tf.Tensor2D, weight as tf.Tensor2D))))(x)),
          ),
        [weight],
      )
      const step = tf.add(rows.grads[weight.name]!, penalty.grads[weight.name]!)
      weight.assign(tf.sub(weight, tf.mul(step, 0.001)))
      return { rows: rows.value, penalty: penalty.value }
    })
  })

  it.each(['sgd', 'momentum', 'adam'] as const)("runs tfjs's own %s once its slots are there", (name) => {
    const weight = tf.variable(normal([16, 4], 5))
    const optimiser = {
      sgd: tf.train.sgd(0.01),
      momentum: tf.train.momentum(0.01, 0.9),
      adam: tf.train.adam(0.01),
    }[name]
    const step: ExampleStep = ({ x }) => ({
      loss: optimiser.minimize(
        () => tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D))),
        true,
        [weight],
      )!,
    })
    tf.dispose(step(exampleInputs(3, [0, 0, 0, 0, 0, 0, 0, 0])))
    expectSame(engine, step)
    optimiser.dispose()
  })

  it('trains a layers model with batch normalisation, made fast by the engine', () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({
          filters: 4,
          kernelSize: 3,
          inputShape: [8, 8, 3],
          padding: 'same',
          useBias: false,
        }),
        tfl.layers.batchNormalization(),
        tfl.layers.reLU(),
        tfl.layers.depthwiseConv2d({ kernelSize: 3 }),
        tfl.layers.maxPooling2d({ poolSize: 2 }),
        tfl.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
        tfl.layers.dense({ units: 5 }),
      ],
    })
    engine.accelerate(model)
    const weights = model.trainableWeights.map((w) => w.read()).filter((v) => v instanceof tf.Variable)
    expectSame(
      engine,
      ({ image }) => {
        const loss = (): tf.Scalar => tf.mean(tf.square(model.apply(image, { training: true }) as tf.Tensor))
        const { value, grads } = tf.variableGrads(loss, weights)
        for (const weight of weights) weight.assign(tf.sub(weight, tf.mul(grads[weight.name]!, 0.01)))
        return { value }
      },
      { relative: 1e-5, absolute: 1e-6 },
    )
    model.dispose()
  })
})
