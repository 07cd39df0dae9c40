import type { Tensor } from '@tensorflow/tfjs-core'
import type { CompiledStep } from '../contracts/engine.js'
import type { BatchSource } from '../data/batches.js'
import { stepRate } from '../optim/learning-rate.js'
import { tf } from '../tf.js'
import type { Arm } from './arm.js'
import { hasUnlabelled } from './check-arm.js'
import type { CohortOptions } from './cohort-options.js'
import { type CohortStep, createCohortStep, type TeacherRole } from './cohort-step.js'
import type { CostShares } from './cost-shares.js'
import { recipePartsOf } from './recipe-parts-of.js'
import { stepInputs } from './step-inputs.js'

/** The compiled training step of some arms. */
export interface LiveStep {
  readonly compiled: CompiledStep
  /** Inputs of a 0-based step, for the caller to dispose. Throws an ArmError with what an arm's `feeds` threw. */
  readonly inputs: (step: number) => Record<string, Tensor>
  readonly dispose: () => void
}

/** What the step of a cohort is compiled with, whichever arms are in it. */
export interface LiveStepOptions {
  readonly options: CohortOptions
  readonly teachers: readonly TeacherRole[]
  readonly batches: BatchSource
  readonly costs: CostShares
}

/** Compiles the step of some arms. `broken` is told what an arm's method threw, here and in every later run. */
export function compileStep(
  arms: readonly Arm[],
  setting: LiveStepOptions,
  broken: (arm: string, error: unknown) => void,
): LiveStep {
  const { options, teachers, batches } = setting
  const { recipe, data, stage, engine, teacherPrecision = 'float32' } = options
  const source = cohortStep(arms, setting, broken)
  const inputs = (step: number): Record<string, Tensor> =>
    stepInputs(step, arms, source.scalars, {
      batches,
      shape: data.shape,
      epochs: recipe.epochs,
      allLabels: data.train.labels,
    })
  let examples: readonly Record<string, Tensor>[] = []
  try {
    // Two batches that differ in everything: an engine that traces finds out what was baked in, before the run starts.
    const first = inputs(0)
    examples = [first]
    const second = inputs(1)
    examples = [first, second]
    const constants = teachers.flatMap(({ weights }) => weights)
    const spec = { name: stage, examples: [first, second] as const, constants, teacherPrecision }
    const compiled = engine.compile(source.step, spec)
    const dispose = (): void => {
      compiled.dispose()
      source.dispose()
    }
    return { compiled, inputs, dispose }
  } catch (error) {
    source.dispose()
    throw error
  } finally {
    tf.dispose([...examples])
  }
}

function cohortStep(
  arms: readonly Arm[],
  { options, teachers, batches, costs }: LiveStepOptions,
  broken: (arm: string, error: unknown) => void,
): CohortStep {
  const { recipe, hooks, studentNormalisation, data } = options
  return createCohortStep(arms, teachers, {
    hooks,
    costs,
    rate: stepRate(recipePartsOf(options).rate(recipe), batches.stepsPerEpoch, recipe.epochs),
    clipNorm: recipe.clipNorm,
    studentNormalisation,
    unlabelled: hasUnlabelled(data.train),
    broken,
  })
}
