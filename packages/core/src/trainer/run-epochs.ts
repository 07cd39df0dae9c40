import type { BatchSource } from '../data/batches.js'
import { endEpoch } from './end-epoch.js'
import { interrupted } from './interrupted.js'
import { learningRate, lrSchedule } from '../optim/learning-rate.js'
import type { Cohort } from './cohort.js'
import { restoreCohort, saveCohort } from './cohort-checkpoints.js'
import { createMetricsLog, type MetricsLog } from './metrics-log.js'
import { createThroughput } from './throughput.js'
import type { CohortOptions } from './cohort-options.js'

/** Milliseconds after which a checkpoint is due however few the steps: a kill costs no more than that. */
const SAVE_EVERY = 20_000
/** Saving takes at most about one part in so many of the time. */
const SAVE_SHARE = 20

/** Milliseconds between two reads of the metrics, and so between two progress events. */
const READ_EVERY = 500

/** The loop: batches in, steps, metrics out, evaluation on validation and checkpoint at the end of an epoch. */
export async function runEpochs(cohort: Cohort, batches: BatchSource, options: CohortOptions): Promise<void> {
  const { recipe, hooks, listen, now, signal, stage } = options
  const { stepsPerEpoch } = batches
  const total = recipe.epochs * stepsPerEpoch
  const lr = lrSchedule(recipe.optimiser.lr, recipe.schedule)
  const arms = options.arms.map(({ id }) => id)
  const stores = new Map(arms.map((id) => [id, options.checkpoints(id)]))
  const started = now()

  const restored = restoreCohort(cohort.arms, stores)
  if (restored === undefined) for (const store of stores.values()) store.clear()
  else {
    for (const [id, record] of restored.records) cohort.records.set(id, record)
    for (const [id, weights] of restored.best) cohort.best.set(id, weights)
  }
  const first = restored?.step ?? 0
  cohort.releaseStopped()
  const [unfinishedArm] = cohort.arms
  const plugins = unfinishedArm === undefined ? {} : cohort.recordOf(unfinishedArm).plugins
  if (restored !== undefined) await hooks.restore(plugins, { stage, arms })
  listen({ type: 'stage-start', stage, title: options.title, arms, steps: total, done: first })

  const sums = new Map([...cohort.records].map(([id, { sums }]) => [id, sums]))
  const log = createMetricsLog(cohort.arms, sums)
  const pace = createThroughput(now)
  let lastRead = now()

  let lastSave = now()
  let saveTime = 0
  const saveDue = (step: number): boolean =>
    step % recipe.checkpointEvery === 0 || now() - lastSave >= Math.max(SAVE_EVERY, SAVE_SHARE * saveTime)

  const save = async (step: number): Promise<void> => {
    if (cohort.arms.length === 0) return
    const begun = now()
    cohort.pull()
    const state = hooks.has('checkpoint') ? hooks.collect('checkpoint', { stage, arms, step }) : {}
    for (const id of arms) cohort.records.get(id)!.plugins = state
    await saveCohort(cohort.arms, stores, step, cohort.records, cohort.best)
    listen({ type: 'checkpoint', stage, step })
    lastSave = now()
    saveTime = lastSave - begun
  }

  const finishEpoch = async (step: number): Promise<void> => {
    // Saved before the evaluation too: a run killed while evaluating loses no step.
    await save(step)
    await endEpoch(cohort, step / stepsPerEpoch - 1, options)
    await save(step)
    cohort.releaseStopped()
  }
  const unfinished = cohort.arms.some(
    ({ spec }) => cohort.records.get(spec.id)!.history.length < first / stepsPerEpoch,
  )
  if (first > 0 && first % stepsPerEpoch === 0 && unfinished) await finishEpoch(first)

  // Compiled here so that the time of the first step is that of a step.
  if (first < total) cohort.ready()
  for (let step = first; step < total && cohort.arms.length > 0; step++) {
    const epoch = Math.floor(step / stepsPerEpoch)
    if (signal.aborted) {
      await flush(cohort, log)
      if (step > 0) await save(step)
      throw interrupted()
    }
    if (step % stepsPerEpoch === 0) await hooks.notify('epochStart', { stage, arms, epoch })
    const before = now()
    pace.pause()
    log.add(cohort.run(step))
    const endOfEpoch = (step + 1) % stepsPerEpoch === 0
    const saving = !endOfEpoch && saveDue(step + 1)
    const due = now() - lastRead >= READ_EVERY || endOfEpoch || saving
    const metrics = due ? await flush(cohort, log) : undefined
    pace.tick()
    for (const arm of cohort.arms) cohort.recordOf(arm).seconds += (now() - before) / 1000
    if (metrics !== undefined) {
      lastRead = now()
      const images = recipe.batch * cohort.arms.length
      listen({
        type: 'step',
        stage,
        step: step + 1,
        steps: total,
        epoch,
        epochs: recipe.epochs,
        learningRate: learningRate(lr, step, stepsPerEpoch, recipe.epochs),
        metrics,
        ...pace.read(images, total - step - 1),
      })
    }
    if (hooks.has('stepEnd')) {
      const inTraining = cohort.arms.map(({ spec }) => spec.id)
      await hooks.notify('stepEnd', { stage, arms: inTraining, step: step + 1, steps: total, epoch })
    }
    if (endOfEpoch) await finishEpoch(step + 1)
    else if (saving) await save(step + 1)
    // Signals and timers get their turn.
    await new Promise(setImmediate)
  }
  listen({ type: 'stage-end', stage, seconds: (now() - started) / 1000, cached: false })
}

/** Reads metrics; an arm that diverged is stopped, the others go on. */
async function flush(
  cohort: Cohort,
  log: MetricsLog,
): Promise<Awaited<ReturnType<MetricsLog['flush']>>['last']> {
  const { last, diverged } = await log.flush()
  for (const id of diverged) {
    const loss = last[id]?.loss ?? NaN
    const reason = `the loss is no longer finite (${loss}); try a smaller learning rate`
    cohort.stop(id, { code: 'UMBRA_DIVERGED', reason, epoch: cohort.records.get(id)!.history.length })
  }
  return last
}
