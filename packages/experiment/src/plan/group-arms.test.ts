import { expect, it } from 'vitest'
import type { PlannedArm } from './planned-arm.js'
import { groupArms, type PlanOptions } from './group-arms.js'
import { recipeSchema } from '@umbra/core/trainer'

const model = { model: { id: 'toy', options: {} } }
const arm = (label: string, seed = 0, pair = 'p', epochs = 2): PlannedArm => ({
  id: `${label}-s${seed}`,
  method: { id: label, label, options: {} },
  hash: label,
  pair: { id: pair, student: model, teachers: [] },
  seed,
  recipe: recipeSchema.parse({ epochs }),
  folder: 'arms',
})
const options = (over: Partial<PlanOptions> = {}): PlanOptions => ({
  steps: () => [],
  maxArms: () => 100,
  stage: ({ seed }) => `seed-${seed}`,
  several: false,
  ...over,
})
const shape = (arms: readonly PlannedArm[], over: Partial<PlanOptions> = {}): Record<string, string[]> =>
  Object.fromEntries(
    groupArms(arms, options(over)).map((cohort) => [cohort.stage, cohort.arms.map(({ id }) => id)]),
  )

it('puts arms of one pair, seed and length together', () => {
  expect(shape([arm('a'), arm('a', 1), arm('b'), arm('b', 1)])).toEqual({
    'seed-0': ['a-s0', 'b-s0'],
    'seed-1': ['a-s1', 'b-s1'],
  })
  expect(groupArms([arm('a'), arm('a', 0, 'q'), arm('b', 0, 'p', 4)], options())).toHaveLength(3)
})

it('spreads what does not fit evenly', () => {
  const arms = ['a', 'b', 'c', 'd', 'e'].map((label) => arm(label))
  expect(shape(arms, { maxArms: () => 4 })).toEqual({
    'seed-0': ['a-s0', 'b-s0', 'c-s0'],
    'seed-0.2': ['d-s0', 'e-s0'],
  })
})

it('keeps an arm that starts anew away from those that are half way', () => {
  const steps: Record<string, number[]> = { a: [8, 4], b: [8, 4], c: [4, 2], new: [], late: [] }
  const cohorts = shape(
    ['new', 'a', 'b', 'c', 'late'].map((label) => arm(label)),
    { steps: ({ method }) => steps[method.id]! },
  )
  // c was being saved at step 8 when the run was killed: all three have step 4.
  expect(Object.values(cohorts)).toEqual([
    ['new-s0', 'late-s0'],
    ['a-s0', 'b-s0', 'c-s0'],
  ])
})

it('names the pair in titles where there are several', () => {
  const titles = (several: boolean): string[] =>
    groupArms([arm('a'), arm('b')], options({ several })).map(({ title }) => title)
  expect(titles(false)).toEqual(['a, b, seed 0'])
  expect(titles(true)).toEqual(['p: a, b, seed 0'])
})
