import type { BatchSource } from '../data/batches.js'
import { createCheckpointSaver } from './checkpoint-saver.js'
import type { Cohort } from './cohort.js'
import type { CohortOptions } from './cohort-options.js'
import { endEpoch } from './end-epoch.js'
import { interrupted } from './interrupted.js'
import { resumeCohort } from './resume-cohort.js'
import { createStepMeter } from './step-meter.js'

/** The loop: batches in, steps, metrics out, evaluation on validation and checkpoint at the end of an epoch. */
export async function runEpochs(cohort: Cohort, batches: BatchSource, options: CohortOptions): Promise<void> {
  const { recipe, hooks, listen, now, signal, stage } = options
  const { stepsPerEpoch } = batches
  const steps = recipe.epochs * stepsPerEpoch
  const arms = options.arms.map(({ id }) => id)
  const stores = new Map(arms.map((id) => [id, options.checkpoints(id)]))
  const started = now()

  const first = await resumeCohort(cohort, stores, options)
  listen({ type: 'stage-start', stage, title: options.title, arms, steps, done: first })
  const meter = createStepMeter(cohort, stepsPerEpoch, options)
  const saver = createCheckpointSaver(cohort, stores, options)
  const finishEpoch = async (done: number): Promise<void> => {
    // Saved before the evaluation too: a run killed while evaluating loses no step.
    await saver.save(done)
    await endEpoch(cohort, done / stepsPerEpoch - 1, options)
    await saver.save(done)
    cohort.releaseStopped()
  }
  if (endsUnfinishedEpoch(cohort, first, stepsPerEpoch)) await finishEpoch(first)

  // Compiled here so that the time of the first step is that of a step.
  if (first < steps) cohort.ready()
  for (let step = first; step < steps && cohort.arms.length > 0; step++) {
    const epoch = Math.floor(step / stepsPerEpoch)
    const done = step + 1
    if (signal.aborted) {
      await meter.flush()
      if (step > 0) await saver.save(step)
      throw interrupted()
    }
    if (step % stepsPerEpoch === 0) await hooks.notify('epochStart', { stage, arms, epoch })
    meter.begin()
    meter.add(cohort.run(step))
    const endOfEpoch = done % stepsPerEpoch === 0
    const saving = !endOfEpoch && saver.due(done)
    await meter.end(step, endOfEpoch || saving)
    if (hooks.has('stepEnd')) {
      const inTraining = cohort.arms.map(({ spec }) => spec.id)
      await hooks.notify('stepEnd', { stage, arms: inTraining, step: done, steps, epoch })
    }
    if (endOfEpoch) await finishEpoch(done)
    else if (saving) await saver.save(done)
    // Signals and timers get their turn.
    await new Promise(setImmediate)
  }
  listen({ type: 'stage-end', stage, seconds: (now() - started) / 1000, cached: false })
}

/** Whether a run resumed after `done` steps is at the end of an epoch that some arm has not finished. */
const endsUnfinishedEpoch = (cohort: Cohort, done: number, stepsPerEpoch: number): boolean =>
  done > 0 &&
  done % stepsPerEpoch === 0 &&
  cohort.arms.some(({ spec }) => cohort.recordOf(spec.id).history.length < done / stepsPerEpoch)
