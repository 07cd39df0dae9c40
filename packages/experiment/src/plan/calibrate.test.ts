import '@tensorflow/tfjs-backend-cpu'
import { type Engine, tf } from '@umbra/core'
import { assemble } from '@umbra/core/trainer'
import { eagerEngine } from '@umbra/core/testing'
import { toyImages } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { toyPlugin } from '../../test/toy-plugin.js'
import { configSchema } from '../config/experiment-config.js'
import type { RateKey } from '../store/rates.js'
import { calibrate } from './calibrate.js'
import type { PlanContext } from './plan.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

it('measures each pace that is not known in six steps, whatever the size of the set, and keeps no tensor', async () => {
  const paces = new Map<RateKey, number>()
  const context: PlanContext = {
    config: configSchema.parse({
      ...{ dataset: { id: 'toy' }, student: { model: 'toy' }, methods: ['plain'], seeds: [0, 1] },
      teachers: [{ model: 'toy', weights: 'teacher.safetensors' }],
      recipe: { epochs: 2, batch: 4 },
    }),
    registry: assemble([toyPlugin]),
    dataset: {
      ...{ id: 'toy', shape: [6, 6, 1], classes: ['a', 'b', 'c'], train: toyImages(60), test: toyImages(30) },
      ...{ normalisation: { scale: 255, mean: [0.3], std: [0.3] }, sources: [] },
    },
    sizes: () => ({ parameters: 100, activations: 1, macs: 1e6 }),
    ...{ command: 'train', maxArms: () => 2, processes: 1 },
    rates: {
      get: () => [...paces.values()][0],
      set: (basis, pace) => void paces.set(basis, pace),
      save: () => Promise.resolve(),
    },
  }
  let steps = 0
  const eager = eagerEngine()
  const engine: Engine = {
    ...eager,
    compile: (step, spec) => {
      const compiled = eager.compile(step, spec)
      return {
        ...compiled,
        run: (inputs) => {
          steps += 1
          return compiled.run(inputs)
        },
      }
    },
  }
  const before = tf.memory().numTensors
  await calibrate(context, engine)
  expect(steps).toBe(6)
  expect([...paces.keys()]).toMatchObject([{ batch: 4 }])
  expect([...paces.values()][0]).toBeGreaterThan(0)
  expect(tf.memory().numTensors).toBe(before)
  await calibrate(context, engine)
  expect(steps).toBe(6)
})
