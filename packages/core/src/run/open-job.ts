import type { RunJob } from '../contracts/executor.js'
import type { Engine } from '../contracts/engine.js'
import type { RunListener } from '../contracts/events.js'
import type { Registry } from '../registry/registry.js'
import { configSchema } from './config.js'
import { dataHashOf, loadSplitDataset } from './load-dataset.js'
import { createTrialHost, type TrialHost } from './trial-host.js'

export interface JobContext {
  readonly registry: Registry
  readonly engine: Engine
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now?: () => number
}

/** Takes part in a run that another process leads: loads its data, to train the trials it is told of. */
export async function openJob(job: RunJob, context: JobContext): Promise<TrialHost> {
  const config = configSchema.parse(job.config)
  const { baseDir, cacheDir, runDir, storeDir } = job
  const dataset = await loadSplitDataset(context.registry, config, { ...context, baseDir, cacheDir })
  const now = context.now ?? performance.now.bind(performance)
  return createTrialHost({
    ...context,
    ...{ config, baseDir, runDir, storeDir, dataset, now },
    dataHash: dataHashOf(config, dataset),
  })
}
