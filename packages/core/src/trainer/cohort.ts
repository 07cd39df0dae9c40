import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { CompiledStep } from '../contracts/engine.js'
import { UmbraError } from '../errors/umbra-error.js'
import { lrSchedule } from '../optim/learning-rate.js'
import { tapModel } from '../model/tapped-model.js'
import { type Arm, createArm } from './arm.js'
import { type ArmRecord, newRecord } from './arm-record.js'
import { type CohortStep, createCohortStep, type TeacherRole } from './cohort-step.js'
import { createEvaluator, type Evaluator } from './evaluator.js'
import { stepInputs } from './step-inputs.js'
import { tf } from '../tf.js'
import type { BatchSource } from '../data/batches.js'
import type { CohortOptions } from './train-cohort.js'

/** Live state of a cohort in training. */
export interface Cohort {
  /** Arms still in training. */
  readonly arms: readonly Arm[]
  readonly failed: ReadonlyMap<string, { readonly code: string; readonly reason: string }>
  readonly records: Map<string, ArmRecord>
  readonly evaluators: ReadonlyMap<string, Evaluator>
  /** The step over the arms still in training, compiled when first asked for. */
  readonly step: () => { readonly compiled: CompiledStep; readonly source: CohortStep }
  /** Inputs of a 0-based step; the caller disposes them. */
  readonly inputs: (step: number) => Record<string, Tensor>
  readonly stop: (arm: string, code: string, reason: string) => void
  readonly dispose: () => void
}

export function createCohort(
  options: CohortOptions,
  teachers: readonly TeacherRole[],
  batches: BatchSource,
): Cohort {
  const { recipe, engine, hooks, data } = options
  const shapes = {
    batch: recipe.batch,
    classes: data.classes,
    samples: data.train.count,
    labels: data.train.labels,
  }
  const shapesOf = teachers.map(({ model }) => model.shapes(recipe.batch))
  const made: Arm[] = []
  const evaluators = new Map<string, Evaluator>()
  for (const spec of options.arms) {
    checkClasses(spec.model.outputs[0]!.shape, data.classes, `student of arm "${spec.id}"`)
    engine.accelerate(spec.model)
    const { peer, teachers: chosen = teachers.map((_, i) => i) } = spec
    const accelerated = (index: number): LayersModel => {
      const model = peer!(index)
      engine.accelerate(model)
      return model
    }
    made.push(
      createArm(
        peer === undefined ? spec : { ...spec, peer: accelerated },
        { ...shapes, teachers: chosen.map((i) => shapesOf[i]!) },
        { teachers: chosen.map((i) => options.teachers[i]!.model) },
        recipe,
      ),
    )
    const plain = tapModel(spec.model, [], spec.aliases, `the student of arm "${spec.id}"`)
    const normalisation = options.studentNormalisation
    evaluators.set(spec.id, createEvaluator(plain, { engine, shape: data.shape, normalisation }))
  }
  teachers.forEach(({ model }, i) =>
    checkClasses(model.shapes(1).logits, data.classes, `teacher "${options.teachers[i]!.label}"`),
  )

  let live = made
  const failed = new Map<string, { code: string; reason: string }>()
  let current: { compiled: CompiledStep; source: CohortStep } | undefined
  const drop = (): void => {
    current?.compiled.pull()
    current?.compiled.dispose()
    current?.source.dispose()
    current = undefined
  }
  const inputsOf = (source: CohortStep, step: number): Record<string, Tensor> =>
    stepInputs(step, live, source.scalars, {
      batches,
      shape: data.shape,
      epochs: recipe.epochs,
      allLabels: data.train.labels,
    })
  const cohort: Cohort = {
    get arms() {
      return live
    },
    failed,
    evaluators,
    records: new Map(made.map(({ spec }) => [spec.id, newRecord()])),
    step: () => {
      if (current === undefined) {
        const lr = lrSchedule(recipe.optimiser.lr, recipe.schedule)
        const source = createCohortStep(live, teachers, {
          hooks,
          lr,
          stepsPerEpoch: batches.stepsPerEpoch,
          clipNorm: recipe.clipNorm,
          studentNormalisation: options.studentNormalisation,
        })
        // Two batches that differ in everything: an engine that traces finds out what was baked in, before the run starts.
        const examples = [inputsOf(source, 0), inputsOf(source, 1)] as const
        const { stage: name, teacherPrecision = 'float32' } = options
        const constants = teachers.flatMap(({ weights }) => weights)
        const spec = { name, examples, constants, teacherPrecision }
        current = { source, compiled: engine.compile(source.step, spec) }
        tf.dispose([...examples])
      }
      return current
    },
    inputs: (step) => inputsOf(cohort.step().source, step),
    stop: (id, code, reason) => {
      // The others go on in a step of their own; what they have learned stays in their variables.
      drop()
      failed.set(id, { code, reason })
      live = live.filter(({ spec }) => spec.id !== id)
    },
    dispose: () => {
      drop()
      for (const evaluator of evaluators.values()) evaluator.dispose()
      for (const arm of made) arm.dispose()
    },
  }
  return cohort
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
