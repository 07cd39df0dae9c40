import { join } from 'node:path'
import type { Engine, PlannedStage, RunEvent, RunListener } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'
import {
  type RunPlan,
  type SplitDataset,
  armLimit,
  createExecutor,
  createModelSizes,
  openRates,
  planRun,
} from '@umbra/experiment'
import type { StudyComparison } from './study-comparisons.js'

export interface NamedPlan {
  readonly name: string
  readonly plan: RunPlan
}

interface PlanSetting {
  readonly registry: Registry
  readonly engine: Pick<Engine, 'info'>
  readonly dataset: SplitDataset
}

/** The plans of a study's comparisons; their time is known where earlier runs have measured this machine's pace. */
export function studyPlans(
  comparisons: readonly StudyComparison[],
  { registry, engine, dataset }: PlanSetting,
): NamedPlan[] {
  const sizes = createModelSizes(registry, dataset)
  return comparisons.map(({ config }) => {
    const executor = createExecutor(registry, config)
    const plan = planRun({
      ...{ config, registry, dataset, sizes, command: 'compare' },
      maxArms: armLimit({ config, sizes, executor }),
      processes: executor.processes ?? 1,
      rates: openRates(join(config.runs, '.store'), engine.info),
    })
    return { name: config.name!, plan }
  })
}

/** Hears one comparison of several: its stages get its name in front, since others have stages of the same name. */
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
