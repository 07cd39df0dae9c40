import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { CompiledStep } from '../contracts/engine.js'
import { UmbraError } from '../errors/umbra-error.js'
import { lrSchedule } from '../optim/learning-rate.js'
import { tapModel } from '../model/tapped-model.js'
import { type Arm, createArm, type NewArm } from './arm.js'
import { ArmError, type ArmFailure, failureOf } from './arm-failure.js'
import { type ArmRecord, newRecord } from './arm-record.js'
import type { StudentWeights } from './best-epoch.js'
import { type CostShares, createCostShares } from './cost-shares.js'
import { type CohortStep, createCohortStep, type TeacherRole } from './cohort-step.js'
import { createEvaluator, type Evaluator, EVALUATION_BATCH } from './evaluator.js'
import { stepInputs } from './step-inputs.js'
import { tf } from '../tf.js'
import type { BatchSource } from '../data/batches.js'
import type { CohortOptions } from './cohort-options.js'

/** Live state of a cohort in training. */
export interface Cohort {
  /** Arms still in training. */
  readonly arms: readonly Arm[]
  /** Arms that did not fail: those in training and those that have ended. */
  readonly sound: readonly Arm[]
  readonly failed: ReadonlyMap<string, ArmFailure>
  readonly records: Map<string, ArmRecord>
  readonly recordOf: (arm: Arm) => ArmRecord
  /** Student weights of the epoch that was best on validation. */
  readonly best: Map<string, StudentWeights>
  readonly evaluatorOf: (arm: Arm) => Evaluator
  readonly costs: CostShares
  /** Compiles the step over the arms still in training. Arms that cannot be compiled are stopped. */
  readonly ready: () => void
  /** Runs a 0-based step and returns its metrics, for the caller to dispose. An arm whose method throws is stopped. */
  readonly run: (step: number) => Record<string, Tensor>
  /** Makes the arms' variables current. */
  readonly pull: () => void
  /** Stops an arm that failed; the others go on. */
  readonly stop: (arm: string, failure: ArmFailure) => void
  /** Takes the arms out of training that a hook has stopped, as their records say; what they have learned stays. */
  readonly releaseStopped: () => void
  readonly dispose: () => void
}

interface LiveStep {
  readonly compiled: CompiledStep
  readonly source: CohortStep
}

export function createCohort(
  options: CohortOptions,
  teachers: readonly TeacherRole[],
  batches: BatchSource,
): Cohort {
  const { recipe, data, stage, listen } = options
  const records = new Map(options.arms.map(({ id }) => [id, newRecord()]))
  const failed = new Map<string, ArmFailure>()
  const costs = createCostShares(options.now)
  const evaluators = new Map<string, Evaluator>()
  let current: LiveStep | undefined
  let live: readonly Arm[] = []

  const drop = (): void => {
    current?.compiled.pull()
    current?.compiled.dispose()
    current?.source.dispose()
    current = undefined
  }
  const release = (id: string): void => {
    // The others go on in a step of their own; what they have learned stays in their variables.
    drop()
    live = live.filter(({ spec }) => spec.id !== id)
  }
  const stop = (id: string, failure: ArmFailure): void => {
    release(id)
    failed.set(id, failure)
    listen({ type: 'arm-failed', stage, arm: id, ...failure })
  }

  teachers.forEach(({ model }, i) =>
    checkClasses(model.shapes(1).logits, data.classes, `teacher "${options.teachers[i]!.label}"`),
  )
  const made: Arm[] = []
  for (const spec of options.arms)
    try {
      made.push(makeArm(spec, options, teachers))
      evaluators.set(spec.id, makeEvaluator(spec, options))
    } catch (error) {
      // Models are owned by the cohort from here on, those of arms that never start too.
      if (made.at(-1)?.spec !== spec) spec.model.dispose()
      stop(spec.id, failureOf(error))
    }
  live = made.filter(({ spec }) => !failed.has(spec.id))

  const inputsOf = (arms: readonly Arm[], source: CohortStep, step: number): Record<string, Tensor> =>
    stepInputs(step, arms, source.scalars, {
      batches,
      shape: data.shape,
      epochs: recipe.epochs,
      allLabels: data.train.labels,
    })
  const epochOf = (step: number): { readonly epoch: number } => ({
    epoch: Math.floor(step / batches.stepsPerEpoch),
  })

  /** Arms whose methods threw since this was last looked at. */
  const broken = new Map<string, unknown>()
  const stopBroken = (at: object = {}): boolean => {
    const found = [...broken]
    broken.clear()
    for (const [id, error] of found) stop(id, { ...failureOf(error), ...at })
    return found.length > 0
  }
  const compileFor = (arms: readonly Arm[]): LiveStep => {
    const source = createCohortStep(arms, teachers, {
      hooks: options.hooks,
      costs,
      lr: lrSchedule(recipe.optimiser.lr, recipe.schedule),
      stepsPerEpoch: batches.stepsPerEpoch,
      clipNorm: recipe.clipNorm,
      studentNormalisation: options.studentNormalisation,
      unlabelled: hasUnlabelled(data.train),
      broken: (arm, error) => void broken.set(arm, error),
    })
    let examples: readonly Record<string, Tensor>[] = []
    try {
      // Two batches that differ in everything: an engine that traces finds out what was baked in, before the run starts.
      const first = inputsOf(arms, source, 0)
      examples = [first]
      const second = inputsOf(arms, source, 1)
      examples = [first, second]
      const constants = teachers.flatMap(({ weights }) => weights)
      const { teacherPrecision = 'float32' } = options
      const spec = { name: stage, examples: [first, second] as const, constants, teacherPrecision }
      return { source, compiled: options.engine.compile(source.step, spec) }
    } catch (error) {
      source.dispose()
      throw error
    } finally {
      tf.dispose([...examples])
    }
  }
  /** Compiles the live arms; where that fails, finds out whose fault it is, stops those arms and tries again. */
  const ready = (): void => {
    while (current === undefined && live.length > 0) {
      try {
        current = compileFor(live)
      } catch (error) {
        if (error instanceof ArmError) broken.set(error.arm, error.cause)
        if (broken.size === 0) blame(live, error)
      }
      if (broken.size > 0) stopBroken()
    }
  }
  const blame = (arms: readonly Arm[], error: unknown): void => {
    if (arms.length === 1) {
      broken.set(arms[0]!.spec.id, error)
      return
    }
    for (const arm of arms)
      try {
        const { compiled, source } = compileFor([arm])
        compiled.dispose()
        source.dispose()
      } catch (own) {
        broken.set(arm.spec.id, own)
      }
    if (broken.size === 0) throw error
  }

  return {
    get arms() {
      return live
    },
    get sound() {
      return made.filter(({ spec }) => !failed.has(spec.id))
    },
    failed,
    evaluatorOf: ({ spec }) => entryOf(evaluators, spec.id),
    costs,
    records,
    recordOf: ({ spec }) => entryOf(records, spec.id),
    best: new Map(),
    ready,
    run: (step) => {
      for (;;) {
        ready()
        if (current === undefined) return {}
        let inputs: Record<string, Tensor>
        try {
          inputs = inputsOf(live, current.source, step)
        } catch (error) {
          if (!(error instanceof ArmError)) throw error
          stop(error.arm, { ...failureOf(error.cause), ...epochOf(step) })
          continue
        }
        try {
          const outputs = current.compiled.run(inputs)
          stopBroken(epochOf(step))
          return outputs
        } finally {
          tf.dispose(inputs)
        }
      }
    },
    pull: () => current?.compiled.pull(),
    stop,
    releaseStopped: () => {
      for (const { spec } of live) if (entryOf(records, spec.id).stopped !== undefined) release(spec.id)
    },
    dispose: () => {
      drop()
      for (const evaluator of evaluators.values()) evaluator.dispose()
      for (const arm of made) arm.dispose()
    },
  }
}

function entryOf<T>(map: ReadonlyMap<string, T>, arm: string): T {
  const entry = map.get(arm)
  if (entry === undefined) throw new TypeError(`arm "${arm}" is not of this cohort`)
  return entry
}

function makeArm(spec: NewArm, options: CohortOptions, teachers: readonly TeacherRole[]): Arm {
  const { recipe, engine, data } = options
  checkClasses(spec.model.outputs[0]!.shape, data.classes, `student of arm "${spec.id}"`)
  checkLabels(spec, data.train)
  engine.accelerate(spec.model)
  const { peer, teachers: chosen = teachers.map((_, i) => i) } = spec
  const accelerated = (index: number): LayersModel => {
    const model = peer!(index)
    engine.accelerate(model)
    return model
  }
  const shapes = {
    batch: recipe.batch,
    classes: data.classes,
    samples: data.train.count,
    labels: data.train.labels,
  }
  return createArm(
    peer === undefined ? spec : { ...spec, peer: accelerated },
    { ...shapes, teachers: chosen.map((i) => teachers[i]!.model.shapes(recipe.batch)) },
    { teachers: chosen.map((i) => options.teachers[i]!.model) },
    recipe,
    options.hooks,
  )
}

function makeEvaluator(spec: NewArm, { engine, data, studentNormalisation }: CohortOptions): Evaluator {
  const plain = tapModel(spec.model, [], spec.aliases, `the student of arm "${spec.id}"`)
  // Small sets are not filled up to a large batch. The largest decides for all, whichever is evaluated first.
  const largest = Math.max(1, data.validation?.count ?? 0, data.test?.count ?? 0)
  const batch = Math.min(EVALUATION_BATCH, largest)
  return createEvaluator(plain, { engine, shape: data.shape, normalisation: studentNormalisation, batch })
}

const hasUnlabelled = ({ labels }: CohortOptions['data']['train']): boolean =>
  labels.some((label) => label < 0)

function checkLabels({ objective, method }: NewArm, train: CohortOptions['data']['train']): void {
  if (objective.labels !== 'hard' || !hasUnlabelled(train)) return
  throw new UmbraError('UMBRA_LABELS', {
    subject: `method "${method}"`,
    expected: 'exactly one class for every training example',
    received: `${train.labels.filter((label) => label < 0).length} of ${train.count} without a label`,
    remedy: 'Leave those examples out, or use a method that needs no hard labels, such as kd',
  })
}

function checkClasses(shape: readonly (number | null)[], classes: number, subject: string): void {
  const last = shape.at(-1)
  if (shape.length === 2 && last === classes) return
  throw new UmbraError('UMBRA_CLASSES', {
    subject,
    expected: `logits of ${classes} classes, [batch, ${classes}]`,
    received: `[${shape.map((n) => n ?? 'batch').join(', ')}]`,
    remedy: 'Teacher, student and data set must have the same classes',
  })
}
