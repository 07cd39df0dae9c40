import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it } from 'vitest'
import { toyArm, toyCohort } from '../../test/toy-cohort.js'
import type { CheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { Engine } from '../contracts/engine.js'
import { crossEntropyObjective } from '../objective/cross-entropy-objective.js'
import { eagerEngine } from '../testing/eager-engine.js'
import { tf } from '../tf.js'
import { trainCohort } from './train-cohort.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Seconds a step takes. */
const STEP = 8

/** Steps after which an epoch of ten is saved, where a checkpoint takes so many seconds. */
async function savedAt(seconds: number, checkpointEvery = 1000) {
  let clock = 0
  const eager = eagerEngine()
  const engine: Engine = {
    ...eager,
    compile: (step, spec) => {
      const compiled = eager.compile(step, spec)
      if (spec.name === 'evaluate') return compiled
      return {
        ...compiled,
        run: (inputs) => {
          clock += 1000 * STEP
          return compiled.run(inputs)
        },
      }
    },
  }
  const store: CheckpointStore = {
    steps: () => [],
    ownSteps: () => [],
    load: () => undefined,
    clear: () => undefined,
    save: () => {
      clock += 1000 * seconds
      return Promise.resolve()
    },
  }
  const steps: number[] = []
  const { seconds: armSeconds } = await trainCohort(
    toyCohort(
      [toyArm('ce', crossEntropyObjective())],
      { epochs: 1, batch: 5, checkpointEvery },
      {
        engine,
        checkpoints: () => store,
        now: () => clock,
        listen: (event) => {
          if (event.type === 'checkpoint') steps.push(event.step)
        },
      },
    ),
  )
  return { steps, seconds: armSeconds }
}

it('saves every twenty seconds, and before and after the evaluation of an epoch', async () => {
  expect((await savedAt(0)).steps).toEqual([3, 6, 9, 10, 10])
})

it('saves less often where saving takes long: a twentieth of the time', async () => {
  expect((await savedAt(2)).steps).toEqual([3, 8, 10, 10])
})

it('saves after as many steps as the recipe says', async () => {
  expect((await savedAt(0, 4)).steps).toEqual([3, 4, 7, 8, 10, 10])
})

it('counts the time of the steps as the time of training', async () => {
  expect((await savedAt(2)).seconds).toBeCloseTo(10 * STEP, 9)
})
