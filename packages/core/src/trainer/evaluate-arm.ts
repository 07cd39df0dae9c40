import type { ImageSet } from '../contracts/dataset.js'
import type { Evaluation } from '../contracts/events.js'
import type { EvaluationInfo } from '../contracts/hooks.js'
import type { Arm } from './arm.js'
import type { Cohort } from './cohort.js'
import type { CohortOptions } from './cohort-options.js'
import { orInterrupted } from './interrupted.js'

/** What is evaluated, and on which images. */
export type EvaluationChoice = Pick<EvaluationInfo, 'epoch' | 'set' | 'weights'>

/** Evaluates the current weights of an arm's student and tells hooks and listener. Throws UMBRA_INTERRUPTED on abort. */
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
  const result = await cohort.evaluatorOf(arm).evaluate(images, signal).catch(orInterrupted(signal))
  // A separate event: a listener that does not know averages must not mistake them for the student.
  const type = weights === 'average' ? 'average-evaluated' : 'evaluated'
  listen({ type, stage, arm: id, epoch, set, result })
  if (hooks.has('evaluated')) await hooks.notify('evaluated', { ...info, result })
  return result
}
