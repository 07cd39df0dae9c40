import { expect, test } from 'vitest'
import { toyPlan } from '../../test/toy-plan.js'
import { type PlanContext, planRates, planRun } from './run-plan.js'

/** Two methods with two seeds, 10 steps each: one batch of the 59 images is not full. */
const context = (rest: Partial<PlanContext> = {}): PlanContext =>
  toyPlan(59, { recipe: { epochs: 2, batch: 10 } }, rest)

test('steps, work and time of stages follow from full batches and multiply-adds', () => {
  const { stages, seconds } = planRun(context())
  expect(stages.map(({ stage, steps, arms }) => [stage, steps, arms.length])).toEqual([
    ['seed-0', 10, 2],
    ['seed-1', 10, 2],
  ])
  // 100 images, each through two students at five passes and one teacher at one.
  for (const { work } of stages) expect(work).toBeCloseTo((100 * 11 * 1e6) / 1e9, 12)
  expect(seconds).toBeCloseTo(2 * 3 * 1.1, 12)
})

test('processes side by side share the time', () => {
  expect(planRun(context({ executor: { processes: 2 } })).seconds).toBeCloseTo(3 * 1.1, 12)
})

test('there is no time where a pace is not known, and the plan says which are asked for', () => {
  const rates = { get: () => undefined, set: () => undefined, save: () => Promise.resolve() }
  expect(planRun(context({ rates })).seconds).toBeUndefined()
  expect(planRates(context())).toMatchObject([{ batch: 10, shape: [6, 6, 1], processes: 1 }])
})

test('the disk takes two files of weights an arm, and eight in checkpoints for the largest cohorts that run at once', () => {
  expect(planRun(context()).diskBytes).toBe(4 * 100 * (4 * 2 + 2 * 8))
  expect(planRun(context({ executor: { processes: 2 } })).diskBytes).toBe(4 * 100 * (4 * 2 + 4 * 8))
  // An average is a third file, and in both checkpoints.
  expect(planRun(context({ copies: 1 })).diskBytes).toBe(4 * 100 * (4 * 3 + 2 * 10))
})
