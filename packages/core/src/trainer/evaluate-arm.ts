import type { ImageSet } from '../contracts/dataset.js'
import type { Evaluation } from '../contracts/events.js'
import type { EvaluationInfo } from '../contracts/hooks.js'
import type { Arm } from './arm.js'
import { ArmError, isOfArm } from './arm-failure.js'
import type { Cohort } from './cohort.js'
import type { CohortOptions } from './cohort-options.js'
import { orInterrupted } from './interrupted.js'

/** What is evaluated, and on which images. */
export type EvaluationChoice = Pick<EvaluationInfo, 'epoch' | 'set' | 'weights'>

/**
 * Evaluates the current weights of an arm's student and tells hooks and listener. Throws UMBRA_INTERRUPTED on abort, and an
 * ArmError with what the student threw.
 */
export async function evaluateArm(
  cohort: Cohort,
  arm: Arm,
  images: ImageSet,
  { epoch, set, weights }: EvaluationChoice,
  { hooks, listen, signal, stage }: CohortOptions,
): Promise<Evaluation> {
  const { id, method, seed } = arm.spec
  const info = { arm: id, method, seed, epoch, set, weights }
  if (hooks.has('evaluationStart')) await hooks.notify('evaluationStart', info)
  const evaluation = cohort.evaluatorOf(arm).evaluate(images, signal).catch(orInterrupted(signal))
  const result = Object.freeze(await evaluation.catch(ofArm(id)))
  // A separate event: a listener that does not know averages must not mistake them for the student.
  const type = weights === 'average' ? 'average-evaluated' : 'evaluated'
  listen({ type, stage, arm: id, epoch, set, result })
  if (hooks.has('evaluated')) await hooks.notify('evaluated', { ...info, result })
  return result
}

/** A student that cannot be evaluated is its arm's failure; an interruption or a full disk is not. */
const ofArm =
  (arm: string) =>
  (cause: unknown): never => {
    throw isOfArm(cause) ? new ArmError(arm, cause) : (cause as Error)
  }
