import type { BatchSource } from '../data/batches.js'
import { UmbraError } from '../errors/umbra-error.js'
import { learningRate, lrSchedule } from '../optim/learning-rate.js'
import { tf } from '../tf.js'
import type { Cohort } from './cohort.js'
import { restoreCohort, saveCohort } from './cohort-checkpoints.js'
import { createMetricsLog, emptySums, meansOf, type MetricsLog } from './metrics-log.js'
import { createPace } from './pace.js'
import type { CohortOptions } from './train-cohort.js'

/** Milliseconds between two reads of the metrics, and so between two progress events. */
const READ_EVERY = 500

/** The loop: batches in, steps, metrics out, evaluation and checkpoint at the end of an epoch. */
export async function runEpochs(cohort: Cohort, batches: BatchSource, options: CohortOptions): Promise<void> {
  const { recipe, hooks, listen, now, signal, stage } = options
  const { stepsPerEpoch } = batches
  const total = recipe.epochs * stepsPerEpoch
  const lr = lrSchedule(recipe.optimiser.lr, recipe.schedule)
  const arms = options.arms.map(({ id }) => id)
  const stores = new Map(arms.map((id) => [id, options.checkpoints(id)]))
  const started = now()

  const restored = options.resume ? restoreCohort(cohort.arms, stores) : undefined
  if (restored === undefined) for (const store of stores.values()) store.clear()
  else for (const [id, record] of restored.records) cohort.records.set(id, record)
  const first = restored?.step ?? 0
  const plugins = [...cohort.records.values()][0]?.plugins ?? {}
  if (restored !== undefined) await hooks.restore(plugins, { stage, arms })
  listen({ type: 'stage-start', stage, title: options.title, arms, steps: total, done: first })

  const sums = new Map([...cohort.records].map(([id, { sums }]) => [id, sums]))
  const log = createMetricsLog(cohort.arms, sums)
  const pace = createPace(now)
  let lastRead = now()

  const save = async (step: number): Promise<void> => {
    if (cohort.arms.length === 0) return
    cohort.step().compiled.pull()
    const state = hooks.has('checkpoint') ? hooks.collect('checkpoint', { stage, arms, step }) : {}
    for (const id of arms) cohort.records.get(id)!.plugins = state
    await saveCohort(cohort.arms, stores, step, cohort.records)
    listen({ type: 'checkpoint', stage, step })
  }

  const finishEpoch = async (step: number): Promise<void> => {
    // Saved before the evaluation too: a run killed while evaluating loses no step.
    await save(step)
    await endEpoch(cohort, step / stepsPerEpoch - 1, options)
    await save(step)
  }
  const unfinished = [...cohort.records.values()].some(
    ({ history }) => history.length < first / stepsPerEpoch,
  )
  if (first > 0 && first % stepsPerEpoch === 0 && unfinished) await finishEpoch(first)

  // Compiled here so that the time of the first step is that of a step.
  if (first < total) cohort.step()
  for (let step = first; step < total && cohort.arms.length > 0; step++) {
    const epoch = Math.floor(step / stepsPerEpoch)
    if (signal.aborted) {
      flush(cohort, log, options)
      if (step > 0) await save(step)
      throw interrupted()
    }
    if (step % stepsPerEpoch === 0) await hooks.notify('epochStart', { stage, arms, epoch })
    const before = now()
    pace.pause()
    runStep(cohort, step, log)
    const endOfEpoch = (step + 1) % stepsPerEpoch === 0
    const due = now() - lastRead >= READ_EVERY || endOfEpoch || (step + 1) % recipe.checkpointEvery === 0
    const metrics = due ? flush(cohort, log, options) : undefined
    pace.tick()
    for (const record of cohort.records.values()) record.seconds += (now() - before) / 1000
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
    if (endOfEpoch) await finishEpoch(step + 1)
    else if ((step + 1) % recipe.checkpointEvery === 0) await save(step + 1)
    // Signals and timers get their turn.
    await new Promise(setImmediate)
  }
  listen({ type: 'stage-end', stage, seconds: (now() - started) / 1000, cached: false })
}

function runStep(cohort: Cohort, step: number, log: MetricsLog): void {
  const inputs = cohort.inputs(step)
  log.add(cohort.step().compiled.run(inputs))
  tf.dispose(inputs)
}

/** Reads metrics; an arm that diverged is stopped, the others go on. */
function flush(
  cohort: Cohort,
  log: MetricsLog,
  options: CohortOptions,
): ReturnType<MetricsLog['flush']>['last'] {
  const { last, diverged } = log.flush()
  for (const id of diverged) {
    const loss = last[id]?.loss ?? NaN
    const reason = `the loss is no longer finite (${loss}); try a smaller learning rate`
    cohort.stop(id, 'UMBRA_DIVERGED', reason)
    options.listen({ type: 'arm-failed', stage: options.stage, arm: id, code: 'UMBRA_DIVERGED', reason })
  }
  return last
}

async function endEpoch(cohort: Cohort, epoch: number, options: CohortOptions): Promise<void> {
  const { recipe, hooks, listen, signal, stage, data } = options
  const evaluate = (epoch + 1) % recipe.evaluateEvery === 0 || epoch + 1 === recipe.epochs
  if (evaluate && cohort.arms.length > 0) cohort.step().compiled.pull()
  for (const { spec } of cohort.arms) {
    const record = cohort.records.get(spec.id)!
    const entry = { epoch, train: meansOf(record.sums) }
    // The sums object is shared with the metrics log: it is emptied, not replaced.
    Object.assign(record.sums, emptySums())
    if (!evaluate) {
      record.history.push(entry)
      continue
    }
    const test = await cohort.evaluators.get(spec.id)!.evaluate(data.test, signal).catch(rethrow(signal))
    record.history.push({ ...entry, test })
    listen({ type: 'evaluated', stage, arm: spec.id, epoch, set: 'test', result: test })
    const info = { arm: spec.id, method: spec.method, seed: spec.seed, epoch, result: test }
    if (hooks.has('evaluated')) await hooks.notify('evaluated', info)
  }
  await hooks.notify('epochEnd', { stage, arms: options.arms.map(({ id }) => id), epoch })
}

/** Aborted while evaluating: the checkpoint made just before holds everything. */
const rethrow =
  (signal: AbortSignal) =>
  (cause: unknown): never => {
    throw signal.aborted ? interrupted() : (cause as Error)
  }

const interrupted = (): UmbraError =>
  new UmbraError('UMBRA_INTERRUPTED', {
    subject: 'the run was interrupted',
    remedy: 'Everything so far is saved; run the same command with --resume to go on',
  })
