import type { RunListener } from '@umbra/core'
import type { TimedStage } from './stages.js'
import type { Rates } from '../store/rates.js'

/** Notes the pace of stages that ran from their beginning, for the plans of later runs. */
export function recordRates(stages: readonly TimedStage[], rates: Pick<Rates, 'set'>): RunListener {
  const resumed = new Set<string>()
  return (event) => {
    if (event.type === 'stage-start' && event.done > 0) resumed.add(event.stage)
    if (event.type !== 'stage-end' || event.cached || resumed.has(event.stage)) return
    const found = stages.find(({ stage }) => stage.stage === event.stage)
    if (found !== undefined && found.stage.work > 0) rates.set(found.basis, event.seconds / found.stage.work)
  }
}
