import type { Engine, RunJob, RunListener } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'
import { configSchema } from '../config/experiment-config.js'
import { dataHashOf, loadSplitDataset } from '../teachers/load-dataset.js'
import { createCohortRunner, type CohortRunner } from './cohort-runner.js'

export interface JobContext {
  readonly registry: Registry
  readonly engine: Engine
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now?: () => number
}

/** Takes part in a run that another process leads: loads its data, to train the cohorts it is told of. */
export async function openJob(job: RunJob, context: JobContext): Promise<CohortRunner> {
  const config = configSchema.parse(job.config)
  const { baseDir, cacheDir, runDir, storeDir } = job
  const dataset = await loadSplitDataset(context.registry, config, { ...context, baseDir, cacheDir })
  const now = context.now ?? performance.now.bind(performance)
  return createCohortRunner({
    ...context,
    ...{ config, baseDir, runDir, storeDir, dataset, now },
    dataHash: dataHashOf(config, dataset),
  })
}
