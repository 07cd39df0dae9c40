import type { Engine } from '../../contracts/engine.js'
import type { MethodDefinition } from '../../contracts/method.js'
import { eagerEngine } from '../eager-engine.js'
import { noParts } from '../no-parts.js'
import { type MethodSubject, methodSubject, type SubjectOptions } from './method-subject.js'
import { brief, distance } from './numbers.js'
import { CLASSES } from './toy-network.js'
import { openTraining } from './toy-training.js'
import { failed, judge, passed, type Verdict } from './verdict.js'

const STEPS = 3

/**
 * Trains a method for three steps as the engine runs a step (traced, on the tensorflow engine) and as tensor code op by
 * op: both must have the same metrics, in proportion to what the loss is the sum of. The engine's backend must be the current one, as it is once the engine is made.
 *
 * Apart from `checkMethod`, which needs another backend.
 */
export function checkTraced(
  method: MethodDefinition,
  engine: Engine,
  options: Partial<SubjectOptions> = {},
): Verdict {
  return judge(`method "${method.id}"`, 'traced', () => {
    const subject = methodSubject(method, { parts: noParts, ...options })
    const eager = metricsOf(subject, eagerEngine())
    const traced = metricsOf(subject, engine)
    for (const [step, metrics] of eager.entries()) {
      const { gap } = distance(traced[step] ?? [], metrics)
      if (gap <= tolerance(metrics)) continue
      return failed(
        `A traced step must have the metrics of an eager one; step ${step + 1} differs by ${brief(gap)}. Something was read when the step was traced and stays as it was then.`,
      )
    }
    return passed(`${STEPS} traced steps have the metrics of eager ones.`)
  })
}

/** In proportion to the terms by size, each weighing 1, and to `log(classes)` nats: a divergence is a difference of entropies. */
const tolerance = ([, , ...terms]: readonly number[]): number =>
  1e-5 * Math.log(CLASSES) + 1e-4 * terms.reduce((sum, term) => sum + Math.abs(term), 0)

function metricsOf(subject: MethodSubject, engine: Engine): number[][] {
  const training = openTraining(subject, engine)
  try {
    return Array.from({ length: STEPS }, (_, step) => training.step(step))
  } finally {
    training.dispose()
  }
}
