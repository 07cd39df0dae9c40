import type { PlannedStage, RunEvent, RunListener } from '@umbra/core'
import {
  type CheckedExperiment,
  type RunPlan,
  type RunScope,
  type SplitDataset,
  planExperiment,
} from '@umbra/experiment'
import { cacheDir } from '@umbra/engine'

export interface NamedPlan {
  readonly name: string
  readonly plan: RunPlan
}

/** The plans of a study's comparisons; their time is known if earlier runs have measured this machine. */
export async function studyPlans(
  experiments: readonly CheckedExperiment[],
  { scope, dataset }: { readonly scope: RunScope; readonly dataset: SplitDataset },
): Promise<NamedPlan[]> {
  const plans: NamedPlan[] = []
  for (const checked of experiments) {
    const experiment = await planExperiment(checked, { scope, dataset, cacheDir: cacheDir() })
    plans.push({ name: nameOf(checked), plan: experiment.plan() })
  }
  return plans
}

/** Every comparison of a study has a unique name. */
export const nameOf = ({ config }: Pick<CheckedExperiment, 'config'>): string => config.name ?? ''

/** A listener for one comparison of several: prefixes stages with the comparison's name, since others have stages of the same name. */
export const listenTo =
  (name: string, listen: RunListener): RunListener =>
  (event) =>
    listen(within(name, event))

function within(name: string, event: RunEvent): RunEvent {
  if (event.type === 'plan')
    return {
      ...event,
      stages: event.stages.map((stage): PlannedStage => ({ ...stage, stage: `${name}/${stage.stage}` })),
    }
  return 'stage' in event ? { ...event, stage: `${name}/${event.stage}` } : event
}
