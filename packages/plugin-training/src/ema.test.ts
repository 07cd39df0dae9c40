import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tfl from '@tensorflow/tfjs-layers'
import { definePlugin, tf } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import {
  assemble,
  chooseHooks,
  type CohortOptions,
  createCheckpointStore,
  crossEntropyObjective,
  recipeSchema,
  type TrainedArm,
  trainCohort,
} from '@umbra/core/trainer'
import { toyImages, useCpuBackend } from '@umbra/testing'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { averageDecay, averageStep } from './ema.js'
import { training } from './plugin.js'

beforeAll(useCpuBackend)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-ema-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

type Values = Readonly<Record<string, readonly number[]>>

function model(): tfl.LayersModel {
  const kernelInitializer = tfl.initializers.heNormal({ seed: 4 })
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        name: 'conv',
        inputShape: [6, 6, 1],
        filters: 3,
        kernelSize: 3,
        kernelInitializer,
      }),
      tfl.layers.batchNormalization({ name: 'norm', momentum: 0.9 }),
      tfl.layers.globalAveragePooling2d({ name: 'pooled', dataFormat: 'channelsLast' }),
      tfl.layers.dense({ name: 'logits', units: 3, kernelInitializer }),
    ],
  })
}

const cohort = (hooks: CohortOptions['hooks'], more: Partial<CohortOptions> = {}): CohortOptions => ({
  stage: 'toy',
  title: 'toy',
  engine: eagerEngine(),
  hooks,
  data: {
    train: toyImages(50),
    validation: toyImages(20, 3),
    test: toyImages(30, 2),
    shape: [6, 6, 1],
    classes: 3,
  },
  teachers: [],
  arms: [
    { id: 'ce', method: 'ce', seed: 5, model: model(), aliases: {}, objective: crossEntropyObjective() },
  ],
  studentNormalisation: { scale: 255, mean: [0.3], std: [0.3] },
  recipe: recipeSchema.parse({ epochs: 3, batch: 8, optimiser: { kind: 'sgd', lr: 0.1 } }),
  seed: 3,
  checkpoints: (arm) => createCheckpointStore(join(mkdtempSync(join(folder, 'run-')), arm)),
  signal: new AbortController().signal,
  listen: () => undefined,
  now: () => performance.now(),
  ...more,
})

describe('ema', () => {
  it.each([
    ['with warm-up', { decay: 0.7, warmUp: true }],
    ['without', { decay: 0.9, warmUp: false }],
  ])('is the formula, %s, over the weights after each step, moving statistics too', async (_, options) => {
    const seen: Values[] = []
    const values = (weights: Readonly<Record<string, tf.Tensor>>): Values =>
      Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, [...weight.dataSync()]]))
    const recorder = definePlugin({
      name: 'recorder',
      version: '1.0.0',
      contract: 1,
      provides: [],
      hooks: {
        weights: {
          initial: (weights) => {
            seen.push(values(weights))
            return {}
          },
          step: (weights) => {
            seen.push(values(weights))
            return {}
          },
        },
      },
    })
    const hooks = chooseHooks(assemble([training, recorder]), [{ id: 'ema', options }])
    const [arm] = (await trainCohort(cohort(hooks))).arms
    const steps = seen.slice(1)
    expect(steps).toHaveLength(18)
    const average = arm!.averageWeights!
    expect([...average.keys()]).toEqual([...arm!.weights.keys()])
    expect([...average.keys()]).toContain('norm/moving_variance')
    for (const [name, { data }] of average) {
      const expected = steps.reduce(
        (mean, weights, i) => {
          const step = i + 1
          const decay = options.warmUp ? Math.min(options.decay, (1 + step) / (10 + step)) : options.decay
          return mean.map((value, k) => decay * value + (1 - decay) * weights[name]![k]!)
        },
        seen[0]![name]!.map((value) => value),
      )
      expect(data.length).toBe(expected.length)
      for (const [k, value] of data.entries()) expect(value).toBeCloseTo(expected[k]!, 5)
    }
  })

  it('keeps weights that do not move to the last bit', () => {
    tf.tidy(() => {
      const frozen = tf.tensor1d([0.1, 1 / 3, 7e-4])
      let average = { frozen } as Readonly<Record<string, tf.Tensor>>
      for (let step = 1; step <= 50; step++)
        average = averageStep(average, { frozen }, averageDecay(tf.scalar(step), 0.999, true))
      expect([...average.frozen!.dataSync()]).toEqual([...frozen.dataSync()])
    })
  })

  it('forgets the initial weights where the decay is 0 and keeps them where it is 1', async () => {
    const averageOf = async (decay: number): Promise<{ average: Values; student: Values }> => {
      const registry = assemble([training])
      const hooks = chooseHooks(registry, [{ id: 'ema', options: { decay, warmUp: false } }])
      const [arm] = (await trainCohort(cohort(hooks))).arms
      const plain = (weights: TrainedArm['weights']): Values =>
        Object.fromEntries([...weights].map(([name, { data }]) => [name, [...data]]))
      return { average: plain(arm!.averageWeights!), student: plain(arm!.weights) }
    }
    const newest = await averageOf(0)
    for (const [name, values] of Object.entries(newest.student))
      values.forEach((value, i) => expect(newest.average[name]![i]).toBeCloseTo(value, 5))
    const first = model()
    const initial = first.getLayer('logits').getWeights()[0]!.dataSync()
    expect((await averageOf(1)).average['logits/kernel']).toEqual([...initial])
    first.dispose()
  })

  it('refuses a decay outside 0..1, and an option it does not have', () => {
    const registry = assemble([training])
    expect(() => chooseHooks(registry, [{ id: 'ema', options: { decay: 1.5 } }])).toThrow(/decay/)
    expect(() => chooseHooks(registry, [{ id: 'ema', options: { dekay: 0.5 } }])).toThrow(
      /Did you mean "decay"/,
    )
    expect(() =>
      chooseHooks(registry, [
        { id: 'ema', options: {} },
        { id: 'ema', options: { decay: 0.5 } },
      ]),
    ).toThrow('hooks: expected each of them once, received "ema" twice.')
    expect(() => chooseHooks(registry, [{ id: 'emma', options: {} }])).toThrow(/Did you mean "ema"/)
  })
})
