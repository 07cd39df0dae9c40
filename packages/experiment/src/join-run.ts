import { type Engine, ListenerToken, type RunJob, type RunListener } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'
import { checkExperiment } from './check-experiment.js'
import { configSchema } from './config/experiment-config.js'
import { RUN_COMMANDS } from './config/run-command.js'
import { type CohortRunner, createCohortRunner } from './execute/cohort-runner.js'
import { planExperiment } from './plan-experiment.js'
import { openScope } from './run-scope.js'
import { readRunFile } from './store/run-file.js'

/** The process that joins a run. */
export interface JobContext {
  readonly registry: Registry
  readonly engine: Engine
  readonly signal: AbortSignal
  /** Passes events to the process that leads the run. */
  readonly listen: RunListener
}

/**
 * Joins a run that another process leads, to train the cohorts it is sent: checks and plans the same experiment
 * in a separate scope. Engine and clock come from its plugins, as in the leading process, which has the listener
 * and gets every event.
 */
export async function joinRun(job: RunJob, context: JobContext): Promise<CohortRunner> {
  const { baseDir, cacheDir, runDir, takeOver } = job
  const { registry, signal, listen } = context
  const config = configSchema.parse(job.config)
  const command = RUN_COMMANDS.find((name) => name === job.command) ?? 'train'
  const checked = checkExperiment({ config, registry, baseDir, command })
  const scope = openScope(registry, context)
  scope.registry.provide(ListenerToken, () => listen)
  const experiment = await planExperiment(checked, {
    ...{ cacheDir, modelsChecked: true },
    scope: { ...scope, listen },
  })
  const file = readRunFile(runDir)
  const retrainBefore = file.is === 'intact' ? file.value.retrain?.since : undefined
  return createCohortRunner(experiment, { runDir, signal, listen, takeOver, retrainBefore })
}
