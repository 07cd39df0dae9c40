import * as tfl from '@tensorflow/tfjs-layers'
import * as tf from '@tensorflow/tfjs-core'
import { crossEntropyObjective, createHookRunner, recipeSchema, trainCohort } from '@umbra/core/trainer'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { ENGINES } from '../testing/engines.js'

const nowhere = {
  steps: () => [],
  ownSteps: () => [],
  save: () => Promise.resolve(),
  load: () => undefined,
  clear: () => undefined,
}

const model = (): tfl.LayersModel =>
  tfl.sequential({
    layers: [
      tfl.layers.flatten({ name: 'flat', inputShape: [2, 2, 1] }),
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

async function train(id: 'cpu' | 'wasm' | 'tensorflow', compile: boolean): Promise<number[]> {
  const engine = await createEngine(id, { compile })
  const { arms } = await trainCohort({
    stage: 's',
    title: 't',
    engine,
    hooks: createHookRunner([]),
    data: { train: set, shape: [2, 2, 1], classes: 2 },
    teachers: [],
    arms: [
      { id: 'a', method: 'ce', seed: 1, model: model(), aliases: {}, objective: crossEntropyObjective() },
    ],
    studentNormalisation: { scale: 255, mean: [0.5], std: [0.5] },
    recipe: recipeSchema.parse({ epochs: 2, batch: 4 }),
    seed: 1,
    checkpoints: () => nowhere,
    signal: new AbortController().signal,
    listen: () => undefined,
    now: () => 0,
  })
  expect(arms[0]?.failed).toBeUndefined()
  return [...(arms[0]?.weights.values() ?? [])].flatMap(({ data }) => [...data])
}

describe('a student with dropout and noise', () => {
  for (const { id, name, here } of ENGINES)
    it.skipIf(!here || id === 'webgpu')(`learns the same on ${name}, traced or not`, async () => {
      const expected = await train('cpu', false)
      const engine = id as 'cpu' | 'wasm' | 'tensorflow'
      for (const compile of [true, false]) {
        const weights = await train(engine, compile)
        expect(weights).toHaveLength(expected.length)
        // The same masks in all eight steps: another one would change weights in their first digits.
        for (const [i, value] of weights.entries()) expect(value).toBeCloseTo(expected[i] ?? NaN, 4)
        expect(await train(engine, compile)).toEqual(weights)
      }
      expect(tf.getBackend()).toBe(id)
    })
})
