import type { Evaluation, RunEvent } from '../../../contracts/events.js'

/** An event of every type, in the order in which a run tells them, with figures of one value. */
export function everyEvent(figure: number): RunEvent[] {
  const result: Evaluation = { top1: figure, top5: figure, loss: figure, samples: 10 }
  const [stage, arm] = ['seed-0', 'kd-s0']
  const planned = { stage, title: 'kd, seed 0', arms: [arm], epochs: 1, steps: 2, work: 1 }
  const metrics = { [arm]: { loss: figure, terms: { ce: figure }, accuracy: figure } }
  const step = { type: 'step', stage, steps: 2, epoch: 1, epochs: 1, learningRate: 0.1, metrics } as const
  const rates = { imagesPerSecond: figure, secondsLeft: figure }
  return [
    { type: 'notice', text: 'a line' },
    { type: 'plan', stages: [planned] },
    { type: 'stage-start', stage, title: planned.title, arms: [arm, 'ce-s0'], steps: 2, done: 0 },
    { ...step, step: 1, ...rates },
    { ...step, step: 2, ...rates },
    { type: 'checkpoint', stage, step: 2 },
    { type: 'evaluated', stage, arm, epoch: 0, set: 'validation', result },
    { type: 'average-evaluated', stage, arm, epoch: 0, set: 'validation', result },
    { type: 'arm-stopped', stage, arm, epoch: 0, reason: 'it was good enough' },
    { type: 'arm-failed', stage, arm: 'ce-s0', code: 'UMBRA_DIVERGED', reason: 'the loss is NaN', epoch: 0 },
    { type: 'evaluated', stage, arm, epoch: 0, set: 'test', result },
    {
      ...{ type: 'arm-end', stage, arm, hash: 'abc', cached: false, failed: false },
      ...{ final: result, best: result, average: result },
    },
    { type: 'arm-end', stage, arm: 'ce-s0', hash: 'def', cached: false, failed: true },
    { type: 'stage-end', stage, seconds: figure, cached: false },
  ]
}
