import type { RunListener } from '@umbra/core'
import type { TimedStage } from './stages.js'
import type { Rates } from '../store/rates.js'

/** Stores the rate of stages that ran from their beginning, for the plans of later runs. */
export function recordRates(stages: readonly TimedStage[], rates: Pick<Rates, 'set'>): RunListener {
  const resumed = new Set<string>()
  return (event) => {
    if (event.type === 'stage-start' && event.done > 0) resumed.add(event.stage)
    if (event.type !== 'stage-end' || event.cached || resumed.has(event.stage)) return
    const timed = stages.find(({ stage }) => stage.stage === event.stage)
    if (timed !== undefined && timed.stage.work > 0)
      rates.set(timed.rateKey, event.seconds / timed.stage.work)
  }
}
