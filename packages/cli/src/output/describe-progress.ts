import type { RunEvent, StepMetrics } from '@umbra/core'
import { percent } from './format.js'

/** Most arms on a line; `umbra watch` shows all. */
const ARMS_SHOWN = 8

/** `ce 2.301  kd 3.107  and 5 more`: the loss of the first arms, without the seed, which the stage's title names. */
export function losses(metrics: Readonly<Record<string, StepMetrics>>): string {
  const all = Object.entries(metrics).map(([arm, { loss }]) => `${methodOf(arm)} ${loss.toFixed(3)}`)
  const rest = all.length - ARMS_SHOWN
  return [...all.slice(0, ARMS_SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])].join('  ')
}

/** `epoch 2  validation top-1  ce 41.20 %  kd 43.10 %`. The evaluations, at least one, are of one epoch. */
export const evaluationLine = (events: readonly (RunEvent & { readonly type: 'evaluated' })[]): string =>
  [
    ...events.slice(0, 1).map(({ epoch, set }) => `epoch ${epoch + 1}  ${set} top-1`),
    ...events.map(({ arm, result }) => `${methodOf(arm)} ${percent(result.top1)}`),
  ].join('  ')

/** `kd-s0 finished  test top-1 43.10 %  at the best epoch 43.40 %`. */
export const armLine = ({ arm, final, best }: RunEvent & { readonly type: 'arm-end' }): string =>
  [
    `${arm} finished`,
    ...(final === undefined ? [] : [`test top-1 ${percent(final.top1)}`]),
    ...(best === undefined ? [] : [`at the best epoch on validation ${percent(best.top1)}`]),
  ].join('  ')

const methodOf = (arm: string): string => arm.replace(/-s\d+$/, '')
