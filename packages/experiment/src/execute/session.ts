import { rmSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import {
  ClockToken,
  type Engine,
  EngineToken,
  type Executor,
  ListenerToken,
  type RunEvent,
  type RunJob,
  type RunListener,
} from '@umbra/core'
import { type Registry } from '@umbra/core/trainer'
import { withBaselines } from '../config/baselines.js'
import type { ResolvedConfig } from '../config/experiment-config.js'
import type { PlannedArm } from '../plan/planned-arm.js'
import { armLimit } from '../plan/arm-limit.js'
import { createExecutor } from './in-process.js'
import { dataHashOf, loadSplitDataset, type SplitDataset } from '../teachers/load-dataset.js'
import { planRun, type RunPlan } from '../plan/plan.js'
import { createModelSizes, type ModelSizes } from '../plan/model-sizes.js'
import { assistantStages, teacherStages } from '../plan/stages.js'
import { openRates, type Rates } from '../store/rates.js'
import { createSinks } from './sinks.js'
import { checkConfig } from '../config/check-config.js'
import type { RunCommand } from '../config/run-command.js'
import { recordRun, runName } from '../store/run-identity.js'
import type { MeasureTeacher } from '../teachers/measure.js'
import { openRunFolder, type RunFolder } from '../store/run-folder.js'
import { recordRates } from '../plan/record-rates.js'
import type { ReadyTeacher } from '../teachers/train-once.js'
import { createCohortRunner, type CohortRunner } from './cohort-runner.js'

export interface RunInput {
  readonly config: ResolvedConfig
  readonly registry: Registry
  readonly engine: Engine
  /** Folder against which paths of the configuration are resolved. */
  readonly baseDir: string
  readonly cacheDir: string
  readonly resume: boolean
  readonly overwrite: boolean
  readonly command: RunCommand
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now?: () => number
  /** Dark-knowledge measures of a teacher for the record, by name; each teacher is measured once a run folder. */
  readonly measureTeacher?: MeasureTeacher
  /** Told what the run is going to do, before it does it. */
  readonly onPlan?: (plan: RunPlan) => void
  /** What other processes of the same program need to take part; JSON, handed to them as it is. */
  readonly program?: unknown
}

/** A run that is open: its folder is locked, its data and teachers are there. */
export interface Session extends Omit<RunInput, 'now'> {
  readonly name: string
  readonly folder: RunFolder
  readonly dataset: SplitDataset
  readonly dataHash: string
  readonly executor: Executor
  readonly runner: CohortRunner
  readonly job: RunJob
  readonly now: () => number
  readonly started: number
  /** Whether anything was trained in this session so far. */
  readonly trained: () => boolean
  /** When the run was first started, over all sessions. */
  readonly created: string
  readonly rates: Rates
  readonly sizes: ModelSizes
  /** How many arms of a pair are trained side by side. */
  readonly maxArms: (arm: Pick<PlannedArm, 'pair'>) => number
  /** Teachers by pair. */
  readonly teachers: ReadonlyMap<string, readonly ReadyTeacher[]>
  /** Adds someone who is told what the run does. */
  readonly watch: (listener: RunListener) => void
  readonly close: () => Promise<void>
}

/**
 * Checks a configuration, opens and locks the run folder, loads the data and makes the teachers ready.
 *
 * Nothing is written before everything that can be checked has been. Throws what the parts throw, UMBRA_RUN_CHANGED when
 * the folder belongs to another configuration, UMBRA_RUN_LOCKED when another process works in it.
 */
export async function openSession(input: RunInput): Promise<Session> {
  const { registry, baseDir, cacheDir, command } = input
  const now = registry.resolveOr(ClockToken, input.now ?? performance.now.bind(performance))
  const engine = registry.resolveOr(EngineToken, input.engine)
  const started = now()
  const { config, added } =
    command === 'compare' && input.config.baselines
      ? withBaselines(input.config, registry)
      : { config: input.config, added: [] }
  checkConfig(registry, config, baseDir)
  const executor = createExecutor(registry, config)
  const runs = isAbsolute(config.runs) ? config.runs : resolve(config.runs)
  const name = runName(config, command)
  const folder = openRunFolder(join(runs, name), input)
  const sinks = createSinks(registry, config)
  let runner: CohortRunner | undefined
  let rates: Rates | undefined
  const close = async (): Promise<void> => {
    try {
      await sinks.close()
      await rates?.save()
      await runner?.dispose()
      rmSync(join(folder.path, 'locks'), { recursive: true, force: true })
    } finally {
      folder.close()
    }
  }
  try {
    let trained = false
    const note: RunListener = ({ type }) => void (trained ||= type === 'stage-start')
    const watchers = [registry.resolveOr(ListenerToken, input.listen), note]
    const listen = sinks.open(tee(watchers, folder), folder, name)
    if (added.length > 0)
      listen({
        type: 'notice',
        text: `added ${added.join(' and ')}, which every comparison has; --no-baselines leaves them out`,
      })
    const context = { ...input, config, engine, listen, now }
    const dataset = await loadSplitDataset(registry, config, context)
    const created = await recordRun(folder, context, dataset)
    await registry.hooks.notify('runStart', { name })
    const dataHash = dataHashOf(config, dataset)
    const storeDir = join(runs, '.store')
    runner = createCohortRunner({ ...context, dataset, dataHash, storeDir, runDir: folder.path })
    const processes = executor.processes ?? 1
    rates = openRates(storeDir, engine.info)
    const sizes = createModelSizes(registry, dataset)
    const maxArms = armLimit({ config, sizes, executor })
    const basis = { config, registry, dataset, sizes }
    const plan = planRun({ ...basis, command, processes, rates, maxArms })
    listen({ type: 'plan', stages: plan.stages })
    const once = [...teacherStages(basis), ...assistantStages(basis, { processes, seeds: config.seeds })]
    watchers.push(recordRates(once, rates))
    input.onPlan?.(plan)
    const teachers = new Map<string, readonly ReadyTeacher[]>()
    for (const { id } of config.pairs) teachers.set(id, await runner.teachersOf(id))
    const job = { config, baseDir, cacheDir, runDir: folder.path, storeDir, program: input.program ?? null }
    const watch = (listener: RunListener): void => void watchers.push(listener)
    return {
      ...context,
      ...{
        name,
        folder,
        dataset,
        dataHash,
        executor,
        runner,
        job,
        started,
        trained: () => trained,
        created,
        teachers,
        watch,
        close,
        rates,
        sizes,
        maxArms,
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Per-step events go to the watcher only: the log keeps what is worth keeping. */
const tee =
  (watchers: readonly RunListener[], folder: RunFolder): RunListener =>
  (event: RunEvent) => {
    if (event.type !== 'step') folder.log(event)
    for (const watcher of watchers) watcher(event)
  }
