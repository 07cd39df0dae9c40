import type { Engine } from '@umbra/core'
import {
  type CheckedExperiment,
  type RunPlan,
  calibrate,
  openScope,
  planExperiment,
  tryTeachers,
  rehearseArms,
} from '@umbra/experiment'
import { cacheDir } from '@umbra/engine'
import { planNote } from './plan-text.js'

export interface NotedPlan {
  readonly plan: RunPlan
  /** Where its time estimate comes from, to be printed after it. */
  readonly note: string
}

/**
 * Plans a run without starting it: opens the weights of its teachers and tries them on a few images, and rehearses each method.
 * Throws what would stop one. The time is estimated from what earlier runs on this machine have measured, or else from
 * a few steps with untrained models.
 */
export async function planOnly(
  checked: CheckedExperiment,
  engine: Engine,
  say: (text: string) => void,
): Promise<NotedPlan> {
  const scope = openScope(checked.registry, {
    engine,
    listen: (event) => (event.type === 'notice' ? say(event.text) : undefined),
  })
  const experiment = await planExperiment(checked, { scope, cacheDir: cacheDir() })
  rehearseArms(experiment)
  await tryTeachers(experiment, scope)
  const plan = experiment.plan()
  if (plan.seconds !== undefined) return { plan, note: planNote() }
  await calibrate(experiment)
  return { plan: experiment.plan(), note: ', measured over a few steps just now' }
}
