import { expect, test } from 'vitest'
import { trackProgress } from './progress.js'

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

test('counts stages by their weights and reckons the rest at the pace so far', () => {
  let now = 0
  const tracker = trackProgress([10, 30], () => now)
  tracker.see(start('teacher', 100))
  now = 5000
  tracker.see(step('teacher', 50, 100, 5))
  expect(tracker.now()).toMatchObject({ title: 'teacher', step: 50, done: 0.125 })
  // 5 s for the rest of this stage, 30 units at 1 s each to come.
  expect(tracker.now().secondsLeft).toBeCloseTo(35)
  now = 10_000
  tracker.see(end('teacher'))
  tracker.see(start('seed 0', 300))
  tracker.see(step('seed 0', 150, 300, 15))
  expect(tracker.now().done).toBeCloseTo(0.625)
  expect(tracker.now().secondsLeft).toBeCloseTo(15)
})

test('a cached stage counts as done and not into the pace, with or without its start', () => {
  for (const events of [[end('teacher', true)], [start('teacher', 100), end('teacher', true)]]) {
    let now = 0
    const tracker = trackProgress([10, 10, 10], () => now)
    for (const event of events) tracker.see(event)
    tracker.see(start('seed 0', 10))
    now = 4000
    tracker.see(step('seed 0', 5, 10, 4))
    expect(tracker.now().done).toBeCloseTo(0.5)
    expect(tracker.now().secondsLeft).toBeCloseTo(4 + 8)
  }
})

test('steps before a resume do not make the pace look faster', () => {
  let now = 0
  const tracker = trackProgress([10, 10], () => now)
  tracker.see(start('seed 0', 10, 5))
  now = 1000
  tracker.see(step('seed 0', 6, 10, 4))
  expect(tracker.now().secondsLeft).toBeCloseTo(4 + 10)
})
