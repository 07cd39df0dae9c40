import type { RunListener } from '@umbra/core'
import type { TimedStage } from './stages.js'
import type { Rates } from '../store/rates.js'

/**
 * Stores the rate of stages that ran from their beginning, for the plans of later runs. Measured by the clock of this process,
 * whatever clock the run has: plans of other runs rely on it.
 */
export function recordRates(
  stages: readonly TimedStage[],
  rates: Pick<Rates, 'set'>,
  clock: () => number = performance.now.bind(performance),
): RunListener {
  const begun = new Map<string, number>()
  return (event) => {
    if (event.type === 'stage-start') {
      if (event.done > 0) begun.delete(event.stage)
      else begun.set(event.stage, clock())
    }
    if (event.type !== 'stage-end' || event.cached) return
    const start = begun.get(event.stage)
    const timed = stages.find(({ stage }) => stage.stage === event.stage)
    if (start === undefined || timed === undefined || timed.stage.work <= 0) return
    const rate = (clock() - start) / 1000 / timed.stage.work
    if (Number.isFinite(rate) && rate > 0) rates.set(timed.rateKey, rate)
  }
}
