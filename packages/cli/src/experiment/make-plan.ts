import { join } from 'node:path'
import {
  type RunCommand,
  type RunPlan,
  calibrate,
  armLimit,
  createExecutor,
  createModelSizes,
  loadSplitDataset,
  openRates,
  planRun,
  checkConfig,
  withBaselines,
} from '@umbra/experiment'
import { cacheDir, createEngine, limitThreads } from '@umbra/engine'
import type { Experiment } from './resolve-experiment.js'
import { planNote } from './plan-text.js'

export interface MadePlan {
  readonly plan: RunPlan
  /** Where its time comes from, as words behind it. */
  readonly note: string
}

/**
 * The plan of a run that is not made: checks everything, loads the data, and reckons the time from what earlier runs on this
 * machine have measured or else from a few steps with weights that mean nothing.
 */
export async function makePlan(
  { registry, baseDir, config: given }: Experiment,
  command: RunCommand,
  compile: boolean,
  say: (text: string) => void,
): Promise<MadePlan> {
  const { config } =
    command === 'compare' && given.baselines ? withBaselines(given, registry) : { config: given }
  checkConfig(registry, config, baseDir)
  const executor = createExecutor(registry, config)
  const dataset = await loadSplitDataset(registry, config, {
    baseDir,
    cacheDir: cacheDir(),
    listen: (event) => (event.type === 'notice' ? say(event.text) : undefined),
  })
  limitThreads(config.threads)
  const engine = await createEngine(config.engine, { compile })
  const rates = openRates(join(config.runs, '.store'), engine.info)
  const processes = executor.processes ?? 1
  const sizes = createModelSizes(registry, dataset)
  const maxArms = armLimit({ config, sizes, executor })
  const context = { config, registry, dataset, sizes, command, processes, maxArms, rates }
  const plan = planRun(context)
  if (plan.seconds !== undefined) return { plan, note: planNote() }
  await calibrate(context, engine)
  return { plan: planRun(context), note: ', from a few steps just now' }
}
