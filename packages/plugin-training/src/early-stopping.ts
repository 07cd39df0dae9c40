import { defineHooks, type EvaluatedEpoch, z } from '@umbra/core'

const options = z.strictObject({
  patience: z.int().positive().default(10).describe('epochs without improvement after which to stop'),
  minDelta: z.number().min(0).default(0).describe('smallest improvement that counts'),
  monitor: z
    .enum(['top1', 'loss'])
    .default('top1')
    .describe('figure on validation: top-1 as a fraction, or loss in nats'),
})

/** Options of `early-stopping`, defaults filled in. */
export type EarlyStoppingOptions = z.output<typeof options>

/**
 * Why training should end after the last epoch of a history; undefined if it should continue.
 *
 * An epoch improves where its figure beats that of the last one that did by more than `minDelta`; NaN
 * never does. Training ends when `patience` epochs have passed since.
 */
export function stopReason(
  history: readonly EvaluatedEpoch[],
  { patience, minDelta, monitor }: EarlyStoppingOptions,
): string | undefined {
  let best: EvaluatedEpoch | undefined
  for (const epoch of history) if (improves(epoch, best, { minDelta, monitor })) best = epoch
  const last = history.at(-1)
  if (last === undefined) return undefined
  const waited = last.epoch - (best?.epoch ?? -1)
  if (waited < patience) return undefined
  const since =
    best === undefined ? '' : `, ${figure(best, monitor)} after epoch ${best.epoch + 1} was the best`
  return `${NAMES[monitor]} on validation did not improve for ${waited} ${waited === 1 ? 'epoch' : 'epochs'}${since}`
}

const NAMES = { top1: 'top-1', loss: 'loss' } as const

const figure = ({ validation }: EvaluatedEpoch, monitor: EarlyStoppingOptions['monitor']): string =>
  monitor === 'top1' ? `${(100 * validation.top1).toFixed(2)} %` : `${validation.loss.toFixed(4)} nats`

function improves(
  { validation }: EvaluatedEpoch,
  best: EvaluatedEpoch | undefined,
  { minDelta, monitor }: Pick<EarlyStoppingOptions, 'minDelta' | 'monitor'>,
): boolean {
  const value = validation[monitor]
  if (!Number.isFinite(value)) return false
  if (best === undefined) return true
  const gain = value - best.validation[monitor]
  return (monitor === 'loss' ? -gain : gain) > minDelta
}

/** Ends an arm whose figure on validation no longer improves; the other arms of its cohort continue. */
export const earlyStopping = defineHooks({
  id: 'early-stopping',
  summary: 'Ends an arm when its figure on validation no longer improves; the others continue.',
  needsValidation: true,
  options,
  create: (settings) => ({ stop: ({ history }) => stopReason(history, settings) }),
})
