import type { StepMetrics } from '@umbra/core'

/** `ce 2.301  kd 3.107`: the loss of each arm, without the seed that the stage's title names. */
export const losses = (metrics: Readonly<Record<string, StepMetrics>>): string =>
  Object.entries(metrics)
    .map(([arm, { loss }]) => `${arm.replace(/-s\d+$/, '')} ${loss.toFixed(3)}`)
    .join('  ')
