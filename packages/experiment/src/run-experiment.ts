import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine, RunEvent, RunListener } from '@umbra/core'
import { type CohortRunner, createCohortRunner } from './execute/cohort-runner.js'
import type { Run } from './execute/run.js'
import { createSinks } from './execute/sinks.js'
import { removeDeadDrafts } from '@umbra/core/files'
import type { CheckedExperiment, Experiment } from './plan/experiment.js'
import { recordRates } from './plan/record-rates.js'
import { rehearseArms } from './plan/rehearse-arms.js'
import type { RunPlan } from './plan/run-plan.js'
import { assistantStages, teacherStages } from './plan/stages.js'
import { planExperiment } from './plan-experiment.js'
import { openScope, type RunScope } from './run-scope.js'
import { readRunFile, type RunFile } from './store/run-file.js'
import { openRunFolder, type RunFolder } from './store/run-folder.js'
import { checkOwnFolder } from './store/own-folder.js'
import { recordRun, runName } from './store/run-identity.js'
import { storeDirOf } from './store/store-dir.js'
import { checkTeachers } from './teachers/check-teachers.js'
import type { MeasureTeacher } from './teachers/measure.js'
import type { ReadyTeacher } from './teachers/train-once.js'

/** How an experiment is run. */
export interface RunOptions {
  readonly engine: Engine
  readonly cacheDir: string
  readonly resume: boolean
  readonly overwrite: boolean
  /** Whether locks that another machine left are taken over; false when left out. */
  readonly takeOver?: boolean
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now?: () => number
  /** Dark-knowledge measures of a teacher for the record, by name; each teacher is measured once per run folder. */
  readonly measureTeacher?: MeasureTeacher
  /** Called with the plan, before the run starts. */
  readonly onPlan?: (plan: RunPlan) => void
  /** Whether to train stored teachers and assistants again, or to take nothing at all from the store. */
  readonly retrain?: RunFile['retrain'] | undefined
  /** What other processes of the same program need to join; JSON, passed on unchanged. */
  readonly program?: unknown
}

/**
 * Opens and locks the run folder, plans the experiment, makes its teachers ready and calls `work` with it.
 *
 * Throws what its parts throw, UMBRA_RUN_CHANGED when the folder belongs to another configuration, UMBRA_RUN_FORMAT when
 * another version of this program began it, UMBRA_RUN_LOCKED when another process works in it.
 */
export async function runExperiment<T>(
  checked: CheckedExperiment,
  options: RunOptions,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const scope = openScope(checked.registry, options)
  const started = scope.now()
  const name = runName(checked.config, checked.command)
  const { takeOver = false } = options
  checkOwnFolder(storeDirOf(checked.config))
  const folder = openRunFolder(join(checked.config.runs, name), { ...options, takeOver })
  const sinks = createSinks(scope.registry, checked.config)
  let experiment: Experiment | undefined
  let runner: CohortRunner | undefined
  try {
    const { watchers, trained } = createWatchers(scope.listen)
    const listen = sinks.open(toAll(watchers, folder), folder, name)
    for (const text of folder.notices) listen({ type: 'notice', text })
    announceBaselines(checked, listen)
    const kept = keepEvaluations(checked, folder, listen)
    experiment = await planExperiment(kept, { ...options, scope: { ...scope, listen } })
    rehearseArms(experiment, { only: 'input' })
    removeDeadDrafts(experiment.storeDir)
    const { created, retrain } = await recordRun(folder, experiment, options.retrain)
    await experiment.registry.hooks.notify('runStart', { name })
    const since = { retrainBefore: retrain?.since }
    runner = createCohortRunner(experiment, { ...options, ...since, listen, takeOver, runDir: folder.path })
    announcePlan(experiment, { watchers, listen, onPlan: options.onPlan })
    const { signal, measureTeacher } = options
    const overwrite = options.overwrite || retrain !== undefined
    const teachers = await teachersByPair(experiment, runner)
    await checkTeachers([...teachers.values()].flat(), { ...experiment, signal, listen })
    return await work({
      ...{ experiment, name, folder, runner, signal, overwrite, listen, started, created, trained },
      ...since,
      ...(measureTeacher === undefined ? {} : { measureTeacher }),
      job: jobOf(experiment, folder, options),
      teachers,
      watch: (listener) => void watchers.push(listener),
    })
  } finally {
    try {
      await sinks.close()
      await experiment?.rates.save()
      await runner?.dispose()
      rmSync(join(folder.path, 'locks'), { recursive: true, force: true })
      // Of workers that were killed while they wrote.
      for (const path of [folder.path, storeDirOf(checked.config)]) removeDeadDrafts(path)
    } finally {
      folder.close()
    }
  }
}

/** The listeners of a run, starting with its first; and whether anything was trained since. */
function createWatchers(listen: RunScope['listen']): {
  readonly watchers: RunListener[]
  readonly trained: () => boolean
} {
  let trained = false
  const note: RunListener = ({ type }) => void (trained ||= type === 'stage-start')
  return { watchers: [listen, note], trained: () => trained }
}

/** Per-step events go to listeners only, so that the log stays small. */
const toAll =
  (watchers: readonly RunListener[], folder: RunFolder): RunListener =>
  (event: RunEvent) => {
    if (event.type !== 'step') folder.log(event)
    for (const watcher of watchers) watcher(event)
  }

/**
 * A resumed run keeps its epochs of evaluation: they change neither weights nor final figures, but the curve and the choice of
 * the best epoch would be made of two kinds.
 */
function keepEvaluations(
  checked: CheckedExperiment,
  folder: RunFolder,
  listen: RunListener,
): CheckedExperiment {
  const file = readRunFile(folder.path)
  const there = file.is === 'intact' ? file.value.basis.recipe.evaluateEvery : undefined
  const { recipe } = checked.config
  if (typeof there !== 'number' || there === recipe.evaluateEvery) return checked
  const text = `recipe.evaluateEvery: ${there} there, ${recipe.evaluateEvery} here; the run keeps ${there}`
  listen({ type: 'notice', text })
  return { ...checked, config: { ...checked.config, recipe: { ...recipe, evaluateEvery: there } } }
}

function announceBaselines({ addedBaselines }: CheckedExperiment, listen: RunListener): void {
  if (addedBaselines.length === 0) return
  const names = addedBaselines.join(' and ')
  listen({
    type: 'notice',
    text: `${names} will be trained too, to compare with; to leave ${addedBaselines.length > 1 ? 'them' : 'it'} out: --no-baselines`,
  })
}

/** Reports the plan, and records the rates of stages that are not cohorts. */
function announcePlan(
  experiment: Experiment,
  {
    watchers,
    listen,
    onPlan,
  }: {
    readonly watchers: RunListener[]
    readonly listen: RunListener
    readonly onPlan: RunOptions['onPlan']
  },
): void {
  const { config, executor, rates } = experiment
  const plan = experiment.plan()
  listen({ type: 'plan', stages: plan.stages })
  const processes = executor.processes ?? 1
  const trainedOnce = [
    ...teacherStages(experiment),
    ...assistantStages(experiment, { processes, seeds: config.seeds }),
  ]
  watchers.push(recordRates(trainedOnce, rates))
  onPlan?.(plan)
}

const jobOf = (
  { config, command, baseDir, cacheDir }: Experiment,
  folder: RunFolder,
  { program = null, takeOver = false }: RunOptions,
): Run['job'] => ({ config, command, baseDir, cacheDir, runDir: folder.path, takeOver, program })

async function teachersByPair(
  { config }: Experiment,
  runner: CohortRunner,
): Promise<Map<string, readonly ReadyTeacher[]>> {
  const teachers = new Map<string, readonly ReadyTeacher[]>()
  for (const { id } of config.pairs) teachers.set(id, await runner.teachersOf(id))
  return teachers
}
