import type { RunEvent, StepMetrics } from '@umbra/core'

const metrics = (loss: number): StepMetrics => ({ loss, accuracy: 1 - loss, terms: { ce: loss / 2 } })

export const started = (done = 0, stage = 'seed-0', arms = ['ce-s0', 'kd-s0']): RunEvent => ({
  type: 'stage-start',
  stage,
  title: stage,
  arms,
  steps: 100,
  done,
})

export const step = (
  n: number,
  losses: Readonly<Record<string, number>> = { 'ce-s0': 0.5 },
  stage = 'seed-0',
): RunEvent & { readonly type: 'step' } => ({
  type: 'step',
  stage,
  step: n,
  steps: 100,
  epoch: Math.floor((n - 1) / 10),
  epochs: 10,
  imagesPerSecond: 640,
  learningRate: 0.125,
  secondsLeft: 100 - n,
  metrics: Object.fromEntries(Object.entries(losses).map(([arm, loss]) => [arm, metrics(loss)])),
})

export const evaluated = (arm: string, top1: number, set: 'validation' | 'test' = 'test'): RunEvent => ({
  type: 'evaluated',
  stage: 'seed-0',
  arm,
  epoch: 0,
  set,
  result: { top1, top5: 0.875, loss: 0.25, samples: 10 },
})
