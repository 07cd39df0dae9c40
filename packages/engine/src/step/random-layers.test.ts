import * as tfl from '@tensorflow/tfjs-layers'
import * as tf from '@tensorflow/tfjs-core'
import type { Objective } from '@umbra/core'
import {
  type Checkpoint,
  type CheckpointStore,
  type NewArm,
  crossEntropyObjective,
  createHookRunner,
  recipeSchema,
  trainCohort,
} from '@umbra/core/trainer'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { ENGINES } from '../testing/engines.js'

type Id = 'cpu' | 'wasm' | 'tensorflow'

/** Two epochs of four steps. */
const STEPS = 8
const BATCH = 4

const model = (): tfl.LayersModel =>
  tfl.sequential({
    layers: [
      tfl.layers.flatten({ name: 'flat', inputShape: [2, 2, 1] }),
      tfl.layers.dropout({ name: 'pixels', rate: 0.3 }),
      tfl.layers.dense({
        name: 'hidden',
        units: 8,
        kernelInitializer: tfl.initializers.heNormal({ seed: 3 }),
      }),
      tfl.layers.dropout({ name: 'drop', rate: 0.5 }),
      tfl.layers.gaussianNoise({ name: 'noise', stddev: 0.1 }),
      tfl.layers.dense({
        name: 'logits',
        units: 2,
        kernelInitializer: tfl.initializers.heNormal({ seed: 4 }),
      }),
    ],
  })

const set = {
  images: Uint8Array.from({ length: 64 }, (_, i) => (i * 37) % 256),
  labels: Int32Array.from({ length: 16 }, (_, i) => i % 2),
  count: 16,
}

/** Cross-entropy; its state is the mask of the pixels, which are never 0 themselves. */
function watchingObjective(): Objective {
  const ce = crossEntropyObjective()
  return {
    ...ce,
    taps: { student: ['pixels'] },
    prepare: () => ({ state: { mask: tf.zeros([BATCH, 4]) } }),
    terms: (batch, variables, state) => ({
      ...ce.terms(batch, variables, state),
      state: { mask: tf.cast(tf.notEqual(batch.student.taps.pixels!, 0), 'float32') },
    }),
  }
}

const arm = (): NewArm => ({
  ...{ id: 'a', method: 'ce', seed: 1, model: model(), aliases: {} },
  objective: watchingObjective(),
})

interface Training {
  /** Bytes of every weight. */
  readonly weights: readonly (readonly number[])[]
  /** Of every step since the start, or since the checkpoint that it went on from. */
  readonly masks: readonly (readonly number[])[]
}

/** Keeps every checkpoint in memory. */
function inMemory(kept: Map<number, Checkpoint>): CheckpointStore {
  const steps = (): number[] => [...kept.keys()].sort((a, b) => b - a)
  return {
    ...{ steps, ownSteps: steps },
    save: (checkpoint) => Promise.resolve(void kept.set(checkpoint.step, checkpoint)),
    load: (step) => kept.get(step),
    clear: () => undefined,
  }
}

async function train(
  id: Id,
  {
    compile,
    kept = new Map(),
    stopAt,
  }: { compile: boolean; kept?: Map<number, Checkpoint>; stopAt?: number },
): Promise<Training> {
  const engine = await createEngine(id, { compile })
  const controller = new AbortController()
  const before = [...kept.keys()]
  const { arms } = await trainCohort({
    ...{ stage: 's', title: 't', engine, hooks: createHookRunner([]), teachers: [], seed: 1 },
    data: { train: set, shape: [2, 2, 1], classes: 2 },
    arms: [arm()],
    studentNormalisation: { scale: 255, mean: [0.5], std: [0.5] },
    recipe: recipeSchema.parse({ epochs: 2, batch: BATCH, checkpointEvery: 1 }),
    checkpoints: () => inMemory(kept),
    signal: controller.signal,
    listen: (event) => {
      if (event.type === 'step' && event.step === stopAt) controller.abort()
    },
    now: () => 0,
  })
  expect(arms[0]?.failed).toBeUndefined()
  const later = [...kept.values()].filter(({ step }) => !before.includes(step))
  return {
    weights: [...(arms[0]?.weights.values() ?? [])].map(({ data }) => [...data]),
    masks: later.map(({ tensors }) => [...(tensors.get('state/mask')?.data ?? [])]),
  }
}

describe.each(ENGINES)('a student with dropout and noise on $name', ({ id, here }) => {
  const engine = id as Id

  it.skipIf(!here)('gets other masks in every step, traced as in a step that is not', async () => {
    const eager = await train('cpu', { compile: false })
    expect(eager.masks).toHaveLength(STEPS)
    expect(new Set(eager.masks.map(String)).size).toBe(STEPS)
    for (const compile of [true, false]) {
      const here = await train(engine, { compile })
      expect(tf.getBackend()).toBe(id)
      expect(here.masks).toEqual(eager.masks)
      // Other masks of `drop` and `noise` would change weights in their first digits.
      const numbers = here.weights.flat()
      const expected = eager.weights.flat()
      expect(numbers).toHaveLength(expected.length)
      for (const [i, value] of numbers.entries()) expect(value).toBeCloseTo(expected[i] ?? NaN, 4)
    }
  })

  it.skipIf(!here)('ends with the same bits after it was stopped and went on', async () => {
    const through = await train(engine, { compile: true })
    const kept = new Map<number, Checkpoint>()
    await expect(train(engine, { compile: true, kept, stopAt: 3 })).rejects.toMatchObject({
      code: 'UMBRA_INTERRUPTED',
    })
    const done = kept.size
    expect(done).toBeGreaterThanOrEqual(3)
    expect(done).toBeLessThan(STEPS)
    const resumed = await train(engine, { compile: true, kept })
    expect(resumed.weights).toEqual(through.weights)
    expect(resumed.masks).toEqual(through.masks.slice(done))
  })
})
