import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { toyModel } from '../../test/toy-cohort.js'
import { tf } from '../tf.js'
import { tapModel } from './tapped-model.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const images = (): ReturnType<typeof tf.randomUniform> => tf.randomUniform([2, 6, 6, 1], 0, 1, 'float32', 7)

describe('tapModel', () => {
  it('gives the logits of the plain model, and features by alias or layer name in one pass', () => {
    const model = toyModel(1)
    const tapped = tapModel(model, ['stage1', 'pooled'], { stage1: 'relu' }, 'model')
    const x = images()
    const { logits, taps } = tapped.apply(x, false)
    expect([...logits.dataSync()]).toEqual([...(model.predict(x) as ReturnType<typeof images>).dataSync()])
    expect(taps.stage1!.shape).toEqual([2, 4, 4, 3])
    expect([...tf.mean(taps.stage1!, [1, 2]).dataSync()]).toEqual([...taps.pooled!.dataSync()])
    expect(tapped.shapes(5)).toEqual({ logits: [5, 3], taps: { stage1: [5, 4, 4, 3], pooled: [5, 3] } })
  })

  it('shares its weights with the model', () => {
    const model = toyModel(1)
    const tapped = tapModel(model, ['relu'], {}, 'model')
    const x = images()
    const before = tapped.apply(x, false).logits.dataSync()
    model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 2)))
    expect(tapped.apply(x, false).logits.dataSync()).not.toEqual(before)
  })

  it('names the nearest tap for one that is not there', () => {
    expect(() => tapModel(toyModel(1), ['stage2'], { stage1: 'relu' }, 'the student')).toThrow(
      /tap "stage2" of the student.*Did you mean "stage1"\? Known: bn, conv/,
    )
  })

  it('taps a model inside a model, in its place', () => {
    const inner = tfl.sequential({ layers: [tfl.layers.reLU({ name: 'inner', inputShape: [6, 6, 1] })] })
    const rest = (): tfl.layers.Layer[] => [
      tfl.layers.flatten({ name: 'flat' }),
      tfl.layers.dense({ name: 'logits', units: 3 }),
    ]
    const input = tfl.input({ shape: [6, 6, 1] })
    const doubled = tfl.layers.add({ name: 'doubled' }).apply([input, input])
    const out = rest().reduce<unknown>(
      (x, layer) => layer.apply(x as tfl.SymbolicTensor),
      inner.apply(doubled),
    )
    const model = tfl.model({ inputs: input, outputs: out as tfl.SymbolicTensor })
    const x = images()
    const { taps } = tapModel(model, [inner.name], {}, 'model').apply(x, false)
    expect([...taps[inner.name]!.dataSync()]).toEqual([...tf.mul(x, 2).dataSync()])
    // A sequential model that has not been built yet.
    const outer = tfl.sequential({ layers: [inner, ...rest()] })
    expect(tapModel(outer, [inner.name], {}, 'model').shapes(2).taps[inner.name]).toEqual([2, 6, 6, 1])
  })

  it('refuses a layer that is used twice', () => {
    const input = tfl.input({ shape: [6, 6, 1] })
    const relu = tfl.layers.reLU({ name: 'relu' })
    const twice = relu.apply(relu.apply(input)) as tfl.SymbolicTensor
    expect(() => tapModel(tfl.model({ inputs: input, outputs: twice }), ['relu'], {}, 'the student')).toThrow(
      /tap "relu" of the student: expected a layer that is used once, received one that is used 2 times/,
    )
  })
})
