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

/** Events of one arm at the end of an epoch. */
export type EpochEvent = RunEvent & { readonly type: 'evaluated' | 'average-evaluated' | 'arm-stopped' }
type Evaluated = RunEvent & { readonly type: 'evaluated' | 'average-evaluated' }

/** `epoch 2  validation top-1  ce 41.20 %  kd 43.10 %`, the same of averages, and which arms were stopped. All events are of one epoch. */
export function epochLines(events: readonly EpochEvent[]): string[] {
  const lines = (['evaluated', 'average-evaluated'] as const).flatMap((type) => {
    const evaluations = events.flatMap((event) => (event.type === type ? [event] : []))
    return evaluationLine(evaluations, type === 'evaluated' ? 'top-1' : 'top-1 of the average')
  })
  const ended = events.flatMap((event) =>
    event.type === 'arm-stopped'
      ? [`${event.arm} ended after epoch ${event.epoch + 1}: ${event.reason}`]
      : [],
  )
  return [...lines, ...ended]
}

function evaluationLine(events: readonly Evaluated[], figure: string): string[] {
  const [first] = events
  if (first === undefined) return []
  const arms = events.map(({ arm, result }) => `${methodOf(arm)} ${percent(result.top1)}`)
  return [[`epoch ${first.epoch + 1}  ${first.set} ${figure}`, ...arms].join('  ')]
}

/** `kd-s0 finished  test top-1 43.10 %  at the best epoch 43.40 %`. */
export const armLine = ({ arm, final, best, average }: RunEvent & { readonly type: 'arm-end' }): string =>
  [
    `${arm} finished`,
    ...(final === undefined ? [] : [`test top-1 ${percent(final.top1)}`]),
    ...(best === undefined ? [] : [`at the best epoch on validation ${percent(best.top1)}`]),
    ...(average === undefined ? [] : [`averaged weights ${percent(average.top1)}`]),
  ].join('  ')

const methodOf = (arm: string): string => arm.replace(/-s\d+$/, '')
