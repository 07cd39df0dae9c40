import { type ModelChoice, type Objective, crossEntropy, tf } from '@umbra/core'
import { type PlanContext, planRates } from './run-plan.js'
import type { RateKey } from '../store/rates.js'
import {
  type CheckpointStore,
  buildModel,
  createHookRunner,
  recipeSchema,
  trainCohort,
} from '@umbra/core/trainer'
import type { Experiment } from './experiment.js'
import { workOf } from './stages.js'

const STEPS = 6

/** A calibration saves nothing. */
const nowhere: CheckpointStore = {
  steps: () => [],
  ownSteps: () => [],
  save: () => Promise.resolve(),
  load: () => undefined,
  clear: () => undefined,
}

/** Cross-entropy, plus a term that reads every teacher: a compiled step drops a pass that nothing depends on. */
const lookingObjective = (teachers: number): Objective => ({
  weights: { ce: 1, ...(teachers === 0 ? {} : { look: 1 }) },
  terms: (batch) => {
    const { logits } = batch.student
    const ce = crossEntropy(tf.logSoftmax(logits), batch.labels)
    if (teachers === 0) return { terms: { ce } }
    // Bounded: teachers with initial weights may give logits of any size.
    const looks = batch.teachers.map((teacher) => tf.mean(tf.sigmoid(teacher.logits), 1))
    return { terms: { ce, look: tf.addN(looks) as tf.Tensor1D } }
  },
})

/** What measuring rates needs. */
export type CalibrationContext = PlanContext & Pick<Experiment, 'engine'>

/**
 * Measures the rate of every kind of stage that no earlier run has measured: a few steps of one student with the teachers,
 * all untrained. A first estimate: methods that use features cost more.
 */
export async function calibrate(experiment: CalibrationContext): Promise<void> {
  const { rates } = experiment
  for (const key of planRates(experiment))
    if (rates.get(key) === undefined) rates.set(key, await measure(key, experiment))
}

async function measure(
  { student, teachers, batch }: RateKey,
  { registry, dataset, sizes, engine }: CalibrationContext,
): Promise<number> {
  const build = (choice: ModelChoice) => buildModel(registry, choice, dataset, 0)
  const count = Math.min(dataset.train.count, STEPS * batch)
  const { images, labels } = dataset.train
  const size = images.length / dataset.train.count
  const train = { images: images.subarray(0, count * size), labels: labels.subarray(0, count), count }
  const { normalisation, shape, classes } = dataset
  const frozen = teachers.map((choice, i) => {
    const { definition, model } = build(choice)
    return { label: `teacher ${i}`, model, aliases: definition.taps, normalisation }
  })
  const untrained = build(student)
  try {
    let imagesPerSecond = 0
    await trainCohort({
      stage: 'calibration',
      title: 'calibration',
      engine,
      hooks: createHookRunner([]),
      data: { train, shape, classes: classes.length },
      teachers: frozen,
      arms: [
        {
          ...{ id: 'ce', method: 'ce', seed: 0, model: untrained.model },
          aliases: untrained.definition.taps,
          objective: lookingObjective(teachers.length),
        },
      ],
      studentNormalisation: normalisation,
      // A checkpoint is due after every step, and so a progress event.
      recipe: recipeSchema.parse({ epochs: 1, batch: Math.min(batch, count), checkpointEvery: 1 }),
      seed: 0,
      checkpoints: () => nowhere,
      signal: new AbortController().signal,
      listen: (event) => {
        // The rate excludes the first step, in which the engine warms up.
        if (event.type === 'step') imagesPerSecond = event.imagesPerSecond
      },
      // Not a plugin's clock: plans of other runs rely on the rate.
      now: performance.now.bind(performance),
    })
    return batch / imagesPerSecond / workOf(sizes, { steps: 1, batch, student, arms: 1, teachers })
  } finally {
    for (const { model } of frozen) model.dispose()
  }
}
