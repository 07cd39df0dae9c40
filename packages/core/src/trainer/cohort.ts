import type { Tensor } from '@tensorflow/tfjs-core'
import type { BatchSource } from '../data/batches.js'
import { getEntry } from '../util/get-entry.js'
import type { Arm } from './arm.js'
import type { ArmFailure } from './arm-failure.js'
import { type ArmRecord, newRecord } from './arm-record.js'
import type { StudentWeights } from './best-epoch.js'
import { checkClasses } from './check-arm.js'
import type { CohortOptions } from './cohort-options.js'
import type { TeacherRole } from './cohort-step.js'
import { type CostShares, createCostShares } from './cost-shares.js'
import type { Evaluator } from './evaluator.js'
import { compileStep } from './live-step.js'
import { createRoster } from './roster.js'
import { createStepRunner } from './step-runner.js'

/** Live state of a cohort in training. */
export interface Cohort {
  /** Arms still in training. */
  readonly arms: readonly Arm[]
  /** Arms that did not fail: those in training and those that have ended. */
  readonly sound: readonly Arm[]
  readonly failed: ReadonlyMap<string, ArmFailure>
  readonly records: Map<string, ArmRecord>
  /** The record of an arm, by its id. */
  readonly recordOf: (arm: string) => ArmRecord
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

export function createCohort(
  options: CohortOptions,
  teachers: readonly TeacherRole[],
  batches: BatchSource,
): Cohort {
  for (const { label, model } of teachers)
    checkClasses(model.shapes(1).logits, options.data.classes, `teacher "${label}"`)
  const records = new Map(options.arms.map(({ id }) => [id, newRecord()]))
  const recordOf = (arm: string): ArmRecord => getEntry(records, arm, 'arm')
  const costs = createCostShares(options.now)
  const roster = createRoster(options, teachers)

  // The others go on in a step of their own; what the arm has learned stays in its variables.
  const release = (arm: string): void => {
    runner.drop()
    roster.release(arm)
  }
  const stop = (arm: string, failure: ArmFailure): void => {
    runner.drop()
    roster.fail(arm, failure)
  }
  const runner = createStepRunner({
    arms: () => roster.arms,
    compile: (arms, broken) => compileStep(arms, { options, teachers, batches, costs }, broken),
    stop,
    stepsPerEpoch: batches.stepsPerEpoch,
  })

  return {
    get arms() {
      return roster.arms
    },
    get sound() {
      return roster.sound
    },
    failed: roster.failed,
    evaluatorOf: ({ spec }) => getEntry(roster.evaluators, spec.id, 'arm'),
    costs,
    records,
    recordOf,
    best: new Map(),
    ready: runner.ready,
    run: runner.run,
    pull: runner.pull,
    stop,
    releaseStopped: () => {
      for (const { spec } of roster.arms) if (recordOf(spec.id).stopped !== undefined) release(spec.id)
    },
    dispose: () => {
      runner.drop()
      roster.dispose()
    },
  }
}
