import { type Engine, tf } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { toyPlan } from '../../test/toy-plan.js'
import type { RateKey } from '../store/rates.js'
import { calibrate } from './calibrate.js'
import type { PlanContext } from './run-plan.js'

beforeAll(useCpuBackend)

it('measures each pace that is not known in six steps, whatever the size of the set, and keeps no tensor', async () => {
  const paces = new Map<RateKey, number>()
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
  const rates: PlanContext['rates'] = {
    get: () => [...paces.values()][0],
    set: (key, pace) => void paces.set(key, pace),
    save: () => Promise.resolve(),
  }
  const plan = toyPlan(
    60,
    { methods: ['plain'], recipe: { epochs: 2, batch: 4 } },
    { rates, command: 'train' },
  )
  const experiment = { ...plan, engine }
  await calibrate(experiment)
  expect(steps).toBe(6)
  expect([...paces.keys()]).toMatchObject([{ batch: 4 }])
  expect([...paces.values()][0]).toBeGreaterThan(0)
  expect(tf.memory().numTensors).toBe(before)
  await calibrate(experiment)
  expect(steps).toBe(6)
})
