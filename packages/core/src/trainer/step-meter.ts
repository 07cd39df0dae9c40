import type { Tensor } from '@tensorflow/tfjs-core'
import type { StepMetrics } from '../contracts/events.js'
import { stepRate } from '../optim/learning-rate.js'
import type { Cohort } from './cohort.js'
import type { CohortOptions } from './cohort-options.js'
import { createMetricsLog } from './metrics-log.js'
import { recipePartsOf } from './recipe-parts-of.js'
import { createThroughput } from './throughput.js'

/** Milliseconds between two reads of the metrics, and so between two progress events. */
const READ_EVERY = 500

/** Times the steps of a cohort, reads their metrics now and then, and tells the listener. */
export interface StepMeter {
  /** Starts the clock of a step. */
  readonly begin: () => void
  readonly add: (outputs: Readonly<Record<string, Tensor>>) => void
  /** Ends a 0-based step. The metrics are read if that is due or asked for; the time counts for the arms in training. */
  readonly end: (step: number, read: boolean) => Promise<void>
  /** Reads the metrics by arm; an arm that diverged is stopped, the others go on. */
  readonly flush: () => Promise<Readonly<Record<string, StepMetrics>>>
}

export function createStepMeter(cohort: Cohort, stepsPerEpoch: number, options: CohortOptions): StepMeter {
  const { recipe, listen, now, stage } = options
  const total = recipe.epochs * stepsPerEpoch
  const rate = stepRate(recipePartsOf(options).rate(recipe), stepsPerEpoch, recipe.epochs)
  const sums = new Map([...cohort.records].map(([id, record]) => [id, record.sums]))
  const log = createMetricsLog(cohort.arms, sums)
  const pace = createThroughput(now)
  let lastRead = now()
  let begun = lastRead

  const flush = async (): Promise<Readonly<Record<string, StepMetrics>>> => {
    const { last, diverged } = await log.flush()
    for (const id of diverged) {
      const loss = last[id]?.loss ?? NaN
      const reason = `the loss is no longer finite (${loss}); try a smaller learning rate`
      cohort.stop(id, { code: 'UMBRA_DIVERGED', reason, epoch: cohort.recordOf(id).history.length })
    }
    return last
  }
  const report = (step: number, metrics: Readonly<Record<string, StepMetrics>>): void =>
    listen({
      type: 'step',
      stage,
      step: step + 1,
      steps: total,
      epoch: Math.floor(step / stepsPerEpoch),
      epochs: recipe.epochs,
      learningRate: rate(step),
      metrics,
      ...pace.read(recipe.batch * cohort.arms.length, total - step - 1),
    })

  return {
    begin: () => {
      begun = now()
      pace.pause()
    },
    add: log.add,
    end: async (step, read) => {
      const due = now() - lastRead >= READ_EVERY || read
      const metrics = due ? await flush() : undefined
      pace.tick()
      for (const { spec } of cohort.arms) cohort.recordOf(spec.id).seconds += (now() - begun) / 1000
      if (metrics === undefined) return
      lastRead = now()
      report(step, metrics)
    },
    flush,
  }
}
