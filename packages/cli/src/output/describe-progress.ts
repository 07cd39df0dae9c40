import type { RunEvent, StepMetrics } from '@umbra/core'
import { percent } from './format.js'

/** `ce 2.301  kd 3.107`: the loss of each arm, without the seed that the stage's title names. */
export const losses = (metrics: Readonly<Record<string, StepMetrics>>): string =>
  Object.entries(metrics)
    .map(([arm, { loss }]) => `${methodOf(arm)} ${loss.toFixed(3)}`)
    .join('  ')

/** `epoch 2  test top-1  ce 41.20 %  kd 43.10 %`. The evaluations are of one epoch. */
export const evaluationLine = (events: readonly (RunEvent & { readonly type: 'evaluated' })[]): string =>
  [
    `epoch ${events[0]!.epoch + 1}  ${events[0]!.set} top-1`,
    ...events.map(({ arm, result }) => `${methodOf(arm)} ${percent(result.top1)}`),
  ].join('  ')

const methodOf = (arm: string): string => arm.replace(/-s\d+$/, '')
