import * as tfl from '@tensorflow/tfjs-layers'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCheckpointStore } from '../src/checkpoint/checkpoint-store.js'
import type { Objective } from '../src/contracts/objective.js'
import { createHookRunner } from '../src/hooks/hook-runner.js'
import { namedSeed } from '../src/random/stream.js'
import { recipeSchema, type RecipeInput } from '../src/recipe/recipe.js'
import type { NewArm } from '../src/trainer/arm.js'
import type { CohortOptions, Teacher } from '../src/trainer/cohort-options.js'
import type { CohortOutcome } from '../src/trainer/train-cohort.js'
import { crossEntropy } from '../src/losses/cross-entropy.js'
import { tf } from '../src/tf.js'
import { eagerEngine } from '../src/testing/eager-engine.js'
import { toyImages } from '@umbra/testing'

/** A small convolutional network with batch normalisation for 6x6x1 images and three classes. */
export function toyModel(seed: number, width = 3): tfl.LayersModel {
  const init = (layer: string): ReturnType<typeof tfl.initializers.heNormal> =>
    tfl.initializers.heNormal({ seed: namedSeed(seed, layer) })
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        name: 'conv',
        inputShape: [6, 6, 1],
        filters: width,
        kernelSize: 3,
        useBias: false,
        kernelInitializer: init('conv'),
      }),
      tfl.layers.batchNormalization({ name: 'bn', momentum: 0.9, epsilon: 1e-5 }),
      tfl.layers.reLU({ name: 'relu' }),
      tfl.layers.globalAveragePooling2d({ name: 'pooled', dataFormat: 'channelsLast' }),
      tfl.layers.dense({ name: 'logits', units: 3, kernelInitializer: init('logits') }),
    ],
  })
}

const normalisation = { scale: 255, mean: [0.3], std: [0.3] }

/** A frozen toy teacher. */
export const toyTeacher = (seed = 77): Teacher => ({
  label: 'toy',
  model: toyModel(seed, 6),
  aliases: {},
  normalisation,
})

export const toyArm = (id: string, objective: Objective, seed = 5): NewArm => ({
  id,
  method: id,
  seed,
  model: toyModel(seed),
  aliases: { stage1: 'relu' },
  objective,
})

/** Options of a short cohort run on toy data; checkpoints go to a new temporary folder unless one is given. */
export function toyCohort(
  arms: readonly NewArm[],
  recipe: RecipeInput = {},
  overrides: Partial<CohortOptions> & { readonly folder?: string } = {},
): CohortOptions {
  const folder = overrides.folder ?? mkdtempSync(join(tmpdir(), 'umbra-toy-'))
  return {
    stage: 'toy',
    title: 'toy',
    engine: eagerEngine(),
    hooks: createHookRunner([]),
    data: {
      train: toyImages(50),
      validation: toyImages(20, 3),
      test: toyImages(30, 2),
      shape: [6, 6, 1],
      classes: 3,
    },
    teachers: [],
    arms,
    studentNormalisation: normalisation,
    recipe: recipeSchema.parse({ epochs: 2, batch: 8, optimiser: { kind: 'sgd', lr: 0.1 }, ...recipe }),
    seed: 3,
    checkpoints: (arm) => createCheckpointStore(join(folder, arm)),
    signal: new AbortController().signal,
    listen: () => undefined,
    now: () => performance.now(),
    ...overrides,
  }
}

/** Matches the teacher's logits; has a trained scale and a state that counts steps. */
export const matching = (weight = 1): Objective => ({
  weights: { ce: 1, match: weight },
  scalars: { sharpness: { kind: 'linear', from: 1, to: 2 } },
  prepare: () => ({ variables: { scale: tf.scalar(0.5) }, state: { count: tf.zeros([1]) } }),
  terms: ({ student, teachers, labels, scalars }, variables, state) => ({
    terms: {
      ce: crossEntropy(tf.logSoftmax(student.logits), labels),
      match: tf.mean(
        tf.square(
          tf.sub(tf.mul(student.logits, variables.scale!), tf.mul(teachers[0]!.logits, scalars.sharpness!)),
        ),
        1,
      ),
    },
    state: { count: tf.add(state.count!, 1) },
  }),
})

/** Final weights of an arm by name. */
export const weightsOf = (outcome: CohortOutcome, arm: string): Record<string, number[]> =>
  Object.fromEntries(
    [...outcome.arms.find(({ id }) => id === arm)!.weights].map(([name, { data }]) => [name, [...data]]),
  )
