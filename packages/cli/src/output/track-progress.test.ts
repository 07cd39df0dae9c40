import type { RunEvent } from '@umbra/core'
import { expect, test } from 'vitest'
import { trackProgress } from './track-progress.js'

/** A plan of stages with these amounts of work. */
const plan = (work: Readonly<Record<string, number>>): RunEvent => ({
  type: 'plan',
  stages: Object.entries(work).map(([stage, amount]) => ({
    ...{ stage, title: stage, arms: ['ce'], epochs: 1, steps: 10 },
    work: amount,
  })),
})
const start = (stage: string, steps: number, done = 0) =>
  ({ type: 'stage-start', stage, title: stage, arms: ['ce'], steps, done }) as const
const step = (stage: string, n: number, steps: number, secondsLeft: number) =>
  ({
    type: 'step',
    stage,
    step: n,
    steps,
    epoch: 1,
    epochs: 1,
    imagesPerSecond: 100,
    secondsLeft,
    metrics: { ce: { loss: 2, terms: {}, accuracy: 0.1 } },
  }) as const
const end = (stage: string, cached = false) => ({ type: 'stage-end', stage, seconds: 1, cached }) as const

test('counts stages by their work and estimates the rest at the pace so far', () => {
  let now = 0
  const tracker = trackProgress(() => now)
  tracker.record(plan({ teacher: 10, 'seed 0': 30 }))
  tracker.record(start('teacher', 100))
  now = 5000
  tracker.record(step('teacher', 50, 100, 5))
  expect(tracker.now()).toMatchObject({ running: [{ title: 'teacher', step: 50 }], done: 0.125 })
  // 5 s for the rest of this stage, 30 units at 1 s each to come.
  expect(tracker.now().secondsLeft).toBeCloseTo(35)
  now = 10_000
  tracker.record(end('teacher'))
  tracker.record(start('seed 0', 300))
  tracker.record(step('seed 0', 150, 300, 15))
  expect(tracker.now().done).toBeCloseTo(0.625)
  expect(tracker.now().secondsLeft).toBeCloseTo(15)
})

test('a cached stage counts as done and not into the pace, with or without its start', () => {
  for (const events of [[end('teacher', true)], [start('teacher', 100), end('teacher', true)]]) {
    let now = 0
    const tracker = trackProgress(() => now)
    tracker.record(plan({ teacher: 10, 'seed 0': 10, 'seed 1': 10 }))
    for (const event of events) tracker.record(event)
    tracker.record(start('seed 0', 10))
    now = 4000
    tracker.record(step('seed 0', 5, 10, 4))
    expect(tracker.now().done).toBeCloseTo(0.5)
    expect(tracker.now().secondsLeft).toBeCloseTo(4 + 8)
  }
})

test('steps before a resume do not make the pace look faster', () => {
  let now = 0
  const tracker = trackProgress(() => now)
  tracker.record(plan({ 'seed 0': 10, 'seed 1': 10 }))
  tracker.record(start('seed 0', 10, 5))
  now = 1000
  tracker.record(step('seed 0', 6, 10, 4))
  expect(tracker.now().secondsLeft).toBeCloseTo(4 + 10)
})

test('two stages at once share the pace; one that starts again after its worker died has lost only its own steps', () => {
  let now = 0
  const tracker = trackProgress(() => now)
  tracker.record(plan({ a: 10, b: 10 }))
  tracker.record(start('a', 10))
  tracker.record(start('b', 10))
  now = 4000
  tracker.record(step('a', 5, 10, 4))
  tracker.record(step('b', 3, 10, 6))
  // 8 units in 4 s, 12 left.
  expect(tracker.now().secondsLeft).toBeCloseTo(6)
  tracker.record(start('b', 10, 2))
  expect(tracker.now().done).toBeCloseTo(7 / 20)
  expect(tracker.now().secondsLeft).toBeCloseTo((13 * 4) / 7)
})

test('a stage that no plan has weighs as much as its steps would in the others', () => {
  let now = 0
  const tracker = trackProgress(() => now)
  tracker.record(plan({ 'seed 0': 0.5, 'seed 1': 0.5 }))
  tracker.record(start('extra', 20))
  now = 1000
  tracker.record(step('extra', 10, 20, 1))
  expect(tracker.now().done).toBeCloseTo(0.25)
  expect(tracker.now().secondsLeft).toBeCloseTo(1 + 2)
})

test('the time to a slow first step does not count until a stage is through', () => {
  let now = 0
  const tracker = trackProgress(() => now)
  tracker.record(plan({ 'seed 0': 10, 'seed 1': 10, 'seed 2': 10 }))
  tracker.record(start('seed 0', 100))
  now = 12_000
  tracker.record(step('seed 0', 1, 100, NaN))
  expect(tracker.now().secondsLeft).toBeNaN()
  now = 12_400
  tracker.record(step('seed 0', 5, 100, 9.5))
  expect(tracker.now().secondsLeft).toBeCloseTo(9.5 + 20)
  // With an evaluation of a second, which the estimate of the stage leaves out.
  now = 14_400
  tracker.record(step('seed 0', 15, 100, 8.5))
  expect(tracker.now().secondsLeft).toBeCloseTo(8.5 + (20 * 2.4) / 1.4)
  now = 30_000
  tracker.record(end('seed 0'))
  tracker.record(start('seed 1', 100))
  // Until the stage has an estimate of its own, the pace of the coming stages is used.
  tracker.record(step('seed 1', 1, 100, NaN))
  expect(tracker.now().secondsLeft).toBeCloseTo((19.9 * 30) / 10.1)
  tracker.record(step('seed 1', 50, 100, 5))
  expect(tracker.now().secondsLeft).toBeCloseTo(5 + (10 * 30) / 15)
})
