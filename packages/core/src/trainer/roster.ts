import type { Arm } from './arm.js'
import { type ArmFailure, failureOf } from './arm-failure.js'
import type { CohortOptions } from './cohort-options.js'
import type { TeacherRole } from './cohort-step.js'
import type { Evaluator } from './evaluator.js'
import { makeArm, makeEvaluator } from './make-arm.js'
import { checkAverage } from './offered-average.js'

/** The arms of a cohort: which train, which have ended, which failed. */
export interface Roster {
  /** Arms still in training. */
  readonly arms: readonly Arm[]
  /** Arms that did not fail: those in training and those that have ended. */
  readonly sound: readonly Arm[]
  readonly failed: ReadonlyMap<string, ArmFailure>
  readonly evaluators: ReadonlyMap<string, Evaluator>
  /** Takes an arm out of training. */
  readonly release: (arm: string) => void
  /** Takes an arm out of training and tells the listener why it failed. */
  readonly fail: (arm: string, failure: ArmFailure) => void
  readonly dispose: () => void
}

/** Makes all arms and their evaluators. Those that cannot be made have failed; their models are disposed. */
export function createRoster(options: CohortOptions, teachers: readonly TeacherRole[]): Roster {
  const { stage, listen } = options
  const failed = new Map<string, ArmFailure>()
  const evaluators = new Map<string, Evaluator>()
  const made: Arm[] = []
  const sound = (): readonly Arm[] => made.filter(({ spec }) => !failed.has(spec.id))
  let live: readonly Arm[] = []
  const release = (id: string): void => {
    live = live.filter(({ spec }) => spec.id !== id)
  }
  const fail = (id: string, failure: ArmFailure): void => {
    release(id)
    failed.set(id, failure)
    listen({ type: 'arm-failed', stage, arm: id, ...failure })
  }

  for (const spec of options.arms)
    try {
      const arm = makeArm(spec, options, teachers)
      made.push(arm)
      checkAverage(arm, options.hooks)
      evaluators.set(spec.id, makeEvaluator(spec, options))
    } catch (error) {
      // Models are owned by the cohort from here on, those of arms that never start too.
      if (made.at(-1)?.spec.id !== spec.id) spec.model.dispose()
      fail(spec.id, failureOf(error))
    }
  live = sound()

  return {
    get arms() {
      return live
    },
    get sound() {
      return sound()
    },
    failed,
    evaluators,
    release,
    fail,
    dispose: () => {
      for (const evaluator of evaluators.values()) evaluator.dispose()
      for (const arm of made) arm.dispose()
    },
  }
}
