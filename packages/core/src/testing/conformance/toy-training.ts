import type { Engine } from '../../contracts/engine.js'
import type { ImageSet } from '../../contracts/dataset.js'
import { createBatches } from '../../data/batches.js'
import { createHookRunner } from '../../hooks/hook-runner.js'
import { tapModel } from '../../model/tapped-model.js'
import { weightVariable } from '../../model/weight-variable.js'
import { randomStream } from '../../random/stream.js'
import { recipeSchema } from '../../recipe/recipe.js'
import { valueAt } from '../../recipe/schedule.js'
import { createCohort, type Cohort } from '../../trainer/cohort.js'
import { tf } from '../../tf.js'
import { type MethodSubject, networksFor, objectiveOf } from './method-subject.js'
import { mapRecord } from './numbers.js'
import { ALL_LABELS, BATCH, SAMPLES } from './probe.js'
import { CLASSES, IMAGE, tapAliases, toyNetwork } from './toy-network.js'

/** A method in the trainer's hands: toy networks, toy images, real steps. */
export interface ToyTraining {
  readonly cohort: Cohort
  readonly teacherWeights: readonly tf.Variable[]
  /** Runs a 0-based step and returns its metrics, `[loss, accuracy, ...terms]`. */
  readonly step: (index: number) => number[]
  readonly dispose: () => void
}

const normalisation = { scale: 255, mean: [0.5], std: [0.3] }

function toySet(): ImageSet {
  const stream = randomStream(1, 'conformance-images')
  const size = IMAGE[0] * IMAGE[1] * IMAGE[2]
  const images = Uint8Array.from({ length: SAMPLES * size }, (_, i) => stream.integer(i, 256))
  return { images, labels: ALL_LABELS.slice(), count: SAMPLES }
}

/**
 * Everything new, with the same weights at every call. Terms weigh 1 throughout and scalars have their value late in
 * training, so that a term that comes in later is seen as well.
 */
export function openTraining(subject: MethodSubject, engine: Engine): ToyTraining {
  const objective = objectiveOf(subject)
  const taps = objective.taps?.student ?? []
  const networks = networksFor(subject, { teachers: subject.teachers, peers: 0 })
  const late = mapRecord(objective.scalars ?? {}, (schedule) => valueAt(schedule, 200, 240))
  const set = toySet()
  const batches = createBatches(set, IMAGE, BATCH, { seed: 2, augment: { crop: 0, flip: false } })
  const aliases = tapAliases(networks.student, taps)
  const teacherTaps = objective.taps?.teacher ?? []
  const roles = networks.teachers.map((model, k) => ({
    label: `teacher-${k}`,
    model: tapModel(model, teacherTaps, tapAliases(model, teacherTaps), `teacher ${k + 1}`),
    normalisation,
    weights: model.weights.map(weightVariable),
  }))
  const { id } = subject.method
  const arm = {
    id,
    method: id,
    seed: 1,
    model: networks.student,
    aliases,
    objective: { ...objective, weights: mapRecord(objective.weights, () => 1), scalars: late },
    peer: (index: number) => toyNetwork(10 + index, [2, 3, 4]),
  }
  const cohort = createCohort(
    {
      stage: 'conformance',
      title: 'conformance',
      engine,
      hooks: createHookRunner([]),
      data: { train: set, test: set, shape: IMAGE, classes: CLASSES },
      teachers: networks.teachers.map((model, k) => ({
        label: `teacher-${k}`,
        model,
        aliases: {},
        normalisation,
      })),
      arms: [arm],
      studentNormalisation: normalisation,
      recipe: recipeSchema.parse({
        epochs: 2,
        batch: BATCH,
        optimiser: { kind: 'sgd', lr: 0.01, weightDecay: 0 },
        schedule: { kind: 'constant' },
      }),
      seed: 2,
      checkpoints: () => {
        throw new Error('the conformance kit keeps its checkpoints in memory')
      },
      signal: new AbortController().signal,
      listen: () => undefined,
      now: () => 0,
    },
    roles,
    batches,
  )
  return {
    cohort,
    teacherWeights: roles.flatMap(({ weights }) => weights),
    step: (index) => {
      const outputs = cohort.run(index)
      const failure = cohort.failed.get(id)
      // The trainer stops an arm that fails and goes on with the others; here it is the only one.
      if (failure !== undefined) throw new Error(failure.reason)
      // The step of an arm that did not fail has its metrics.
      const metrics = [...outputs[`metrics/${id}`]!.dataSync()]
      tf.dispose(outputs)
      return metrics
    },
    dispose: () => {
      cohort.dispose()
      networks.dispose()
    },
  }
}
