import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type EpochFigures,
  type NewArm,
  type Registry,
  type Teacher,
  buildModel,
  createCheckpointStore,
  createHookRunner,
  recipeSchema,
  trainCohort,
} from '@umbra/core/trainer'
import { type Engine, type ImageSet, randomStream, tf } from '@umbra/core'

type Shape = readonly [number, number, number]
const CLASSES = 10
const normalisation = { scale: 255, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] }
const classes = Array.from({ length: CLASSES }, (_, i) => String(i))

/** One batch of random pixels and labels. */
function images([height, width, channels]: Shape, batch: number): ImageSet {
  const stream = randomStream(1, 'images')
  return {
    images: Uint8Array.from({ length: batch * height * width * channels }, (_, i) => stream.integer(i, 256)),
    labels: Int32Array.from({ length: batch }, (_, i) => stream.integer(i, CLASSES, 1)),
    count: batch,
  }
}

/** `w <- w (1 + size u)` with u uniform in [-1, 1). */
function perturb(model: Teacher['model'], size: number): void {
  const stream = randomStream(2, 'perturbation')
  model.setWeights(
    model.getWeights().map((weight, at) => {
      const values = weight.dataSync<'float32'>()
      const moved = values.map((value, i) => value * (1 + size * (2 * stream.uniform(at * 2 ** 24 + i) - 1)))
      return tf.tensor(moved, weight.shape)
    }),
  )
}

/** A loss and the size of what it is the sum of. */
export interface StepLoss {
  readonly loss: number
  readonly summed: number
}

/** Losses of all steps by method. */
export type Losses = Readonly<Record<string, readonly StepLoss[]>>

/**
 * `sum of |weight * term|`, and `log(classes)` nats: a divergence is a difference of entropies, which are as large as that
 * however small it is.
 */
const summedIn = ({ terms, weights = {} }: EpochFigures['train']): number =>
  Object.entries(terms).reduce(
    (sum, [name, term]) => sum + Math.abs((weights[name] ?? 1) * term),
    Math.log(CLASSES),
  )

/** Steps whose losses differ by more than `tolerance` times what they are summed of, each in a line. */
export function lossGaps(actual: Losses, expected: Losses, tolerance: number): string[] {
  return Object.entries(expected).flatMap(([method, steps]) =>
    steps.flatMap(({ loss, summed }, step) => {
      const other = actual[method]?.[step]?.loss ?? NaN
      const gap = Math.abs(other - loss) / summed
      return gap <= tolerance
        ? []
        : [`${method}, step ${step + 1}: ${other} for ${loss}, ${gap} of what is summed`]
    }),
  )
}

export interface TrainMethods {
  readonly engine: Engine
  readonly registry: Registry
  /** Ids; each with its default options. */
  readonly methods: readonly string[]
  readonly steps: number
  readonly teachers: number
  /** Relative size of random changes to the weights that students start from; 0 when left out. */
  readonly perturbation?: number
  /** 0.01 when left out. */
  readonly learningRate?: number
  /** Crops of padded images and mirror images; the images as they are when left out. */
  readonly augment?: { readonly crop: number; readonly flip: boolean }
  /** 16x16x3 when left out. */
  readonly shape?: Shape
  /** 16 when left out. */
  readonly batch?: number
}

/** Losses of every method at every step, all of them side by side in one cohort of resnet8 students. */
export async function lossesOf(options: TrainMethods): Promise<Losses> {
  const { engine, registry, methods, steps, perturbation = 0 } = options
  const { shape = [16, 16, 3], batch = 16, learningRate = 0.01, augment } = options
  const model = (seed: number) => {
    const built = buildModel(registry, { id: 'resnet8', options: {} }, { shape, classes }, seed)
    return { model: built.model, aliases: built.definition.taps }
  }
  const teachers = Array.from({ length: options.teachers }, (_, i): Teacher => ({
    label: `teacher-${i}`,
    normalisation,
    ...model(100 + i),
  }))
  const arms = methods.map((id): NewArm => {
    const method = registry.get('method', id)
    const chosen = registry.parse(method)
    const start = (seed: number) => {
      const made = model(seed)
      if (perturbation > 0) perturb(made.model, perturbation)
      return made
    }
    const student = start(1)
    const wrapped = method.student?.(
      student.model,
      teachers.map((teacher) => teacher.model),
      chosen,
    )
    return {
      id,
      method: id,
      seed: 1,
      aliases: student.aliases,
      model: wrapped ?? student.model,
      objective: method.objective(chosen, registry.parts),
      peer: (index) => start(10 + index).model,
    }
  })
  const folder = mkdtempSync(join(tmpdir(), 'umbra-methods-'))
  const set = images(shape, batch)
  try {
    const outcome = await trainCohort({
      stage: 'test',
      title: 'test',
      engine,
      hooks: createHookRunner([]),
      data: { train: set, test: set, shape, classes: CLASSES },
      teachers,
      arms,
      studentNormalisation: normalisation,
      // An epoch is one step, so that the history has every step's loss.
      recipe: recipeSchema.parse({
        epochs: steps,
        batch,
        evaluateEvery: steps,
        optimiser: { kind: 'sgd', lr: learningRate },
        ...(augment === undefined ? {} : { augment }),
      }),
      seed: 1,
      checkpoints: (arm) => createCheckpointStore(join(folder, arm)),
      signal: new AbortController().signal,
      listen: () => undefined,
      now: () => performance.now(),
    })
    return Object.fromEntries(
      outcome.arms.map(({ id, failed, history }) => {
        if (failed !== undefined) throw new Error(`${id}: ${failed.reason}`)
        return [id, history.map(({ train }) => ({ loss: train.loss, summed: summedIn(train) }))]
      }),
    )
  } finally {
    for (const teacher of teachers) teacher.model.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}
