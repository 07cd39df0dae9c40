import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { toyArm, toyCohort, toyModel } from '../../test/toy-cohort.js'
import { drawNoise } from '../model/layer-noise.js'
import { noiseSites, withNoise } from '../model/random-layers.js'
import { tapModel } from '../model/tapped-model.js'
import { crossEntropyObjective } from '../objective/cross-entropy-objective.js'
import { tf } from '../tf.js'
import { type CohortOutcome, trainCohort } from './train-cohort.js'
import type { NewArm } from './arm.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** A toy network with more layers before the last. */
function noisy(seed: number, ...extra: tfl.layers.Layer[]): tfl.LayersModel {
  const base = toyModel(seed)
  const logits = base.layers.at(-1)!
  let x = base.layers.at(-2)!.output as tfl.SymbolicTensor
  for (const layer of extra) x = layer.apply(x) as tfl.SymbolicTensor
  return tfl.model({ inputs: base.inputs, outputs: logits.apply(x) as tfl.SymbolicTensor })
}

const arm = (id: string): NewArm => ({
  ...toyArm(id, crossEntropyObjective()),
  model: noisy(5, tfl.layers.dropout({ name: 'drop', rate: 0.5 })),
})

const weights = ({ arms }: CohortOutcome, id: string): number[][] =>
  [...(arms.find((one) => one.id === id)?.weights.values() ?? [])].map(({ data }) => [...data])

describe('random layers', () => {
  it('keep mean and variance with alpha dropout', () => {
    const model = tfl.sequential({ layers: [tfl.layers.alphaDropout({ rate: 0.4, inputShape: [400] })] })
    const tapped = tapModel(model, [], {}, 'model')
    const [site] = noiseSites(model, 200, 'model', (x) => tapped.apply(x, true))
    const x = tf.randomNormal([200, 400], 0, 1, 'float32', 4)
    const values = drawNoise(site!, 1, 'a', 1)
    const y = withNoise(
      'model',
      ({ shape }) => tf.tensor(values, [...shape]),
      () => tapped.apply(x, true).logits,
    )
    const { mean, variance } = tf.moments(y)
    expect(Math.abs(mean.dataSync()[0]!)).toBeLessThan(0.03)
    expect(Math.abs(variance.dataSync()[0]! - 1)).toBeLessThan(0.05)
  })

  it('drop whole channels, and whole images, as the shape of the noise says', () => {
    const input = tfl.input({ shape: [4, 4, 3] })
    const channels = tfl.layers.dropout({
      name: 'channels',
      rate: 0.5,
      noiseShape: [null as never, 1, 1, null as never],
    })
    const images = tfl.layers.dropout({ name: 'images', rate: 0.5, noiseShape: [null as never, 1, 1, 1] })
    const output = images.apply(channels.apply(input)) as tfl.SymbolicTensor
    const model = tfl.model({ inputs: input, outputs: output })
    const sites = noiseSites(model, 5, 'model', (x) => model.apply(x, { training: true }))
    expect(sites.map(({ name, shape }) => [name, shape])).toEqual([
      ['channels/0', [5, 1, 1, 3]],
      ['images/0', [5, 1, 1, 1]],
    ])
  })

  it('are off outside training', () => {
    const model = noisy(5, tfl.layers.dropout({ rate: 0.5 }), tfl.layers.gaussianNoise({ stddev: 1 }))
    const tapped = tapModel(model, [], {}, 'model')
    noiseSites(model, 4, 'model', (x) => tapped.apply(x, true))
    const x = tf.ones([4, 6, 6, 1])
    const plain = toyModel(5)
    expect([...tapped.apply(x, false).logits.dataSync()]).toEqual([
      ...(plain.predict(x) as tf.Tensor).dataSync(),
    ])
  })

  it('give an arm the same weights alone and beside others, and after a resume', async () => {
    const recipe = { epochs: 2, checkpointEvery: 4 }
    const alone = await trainCohort(toyCohort([arm('a')], recipe))
    expect(alone.arms[0]!.failed).toBeUndefined()
    const beside = await trainCohort(toyCohort([arm('b'), arm('a')], recipe))
    expect(weights(beside, 'a')).toEqual(weights(alone, 'a'))
    expect(weights(beside, 'b')).not.toEqual(weights(alone, 'a'))
    const controller = new AbortController()
    const options = toyCohort([arm('a')], recipe, {
      signal: controller.signal,
      listen: (event) => {
        if (event.type === 'step' && event.step >= 5) controller.abort()
      },
    })
    await expect(trainCohort(options)).rejects.toThrow(/./)
    const resumed = await trainCohort({
      ...options,
      arms: [arm('a')],
      signal: new AbortController().signal,
      listen: () => undefined,
    })
    expect(weights(resumed, 'a')).toEqual(weights(alone, 'a'))
  })

  it('refuse a layer that draws by itself, seeded or not, by its name', () => {
    class Own extends tfl.layers.Layer {
      static className = 'OwnNoise'
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const x = Array.isArray(inputs) ? inputs[0]! : inputs
        return tf.add(x, tf.randomNormal(x.shape, 0, 1, 'float32', 7))
      }
    }
    const model = noisy(5, new Own({ name: 'own' }), tfl.layers.dropout({ rate: 0.5 }))
    const apply = (x: tf.Tensor): unknown => model.apply(x, { training: true })
    expect(() => noiseSites(model, 2, 'the student', apply)).toThrow(
      /layer "own" of the student.*tf\.randomNormal/s,
    )
    expect(typeof Math.random()).toBe('number')
  })
})
