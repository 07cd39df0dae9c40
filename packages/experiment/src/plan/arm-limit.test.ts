import { expect, test } from 'vitest'
import { type Executor, type ModelChoice } from '@umbra/core'
import { configSchema } from '../config/experiment-config.js'
import { armLimit } from './arm-limit.js'

const student: ModelChoice = { id: 'student', options: {} }
const teacher: ModelChoice = { id: 'teacher', options: {} }
/** A student needs 264,000 bytes beside others with batches of 10, a teacher 24,000 for all of them. */
const sizes = () => ({ parameters: 1000, activations: 2000, macs: 1 })

function limit(
  free: number,
  executor: Pick<Executor, 'processes'> = {},
  cohort: object = {},
  copies = 0,
  methodBytes = 0,
): number {
  const config = configSchema.parse({
    ...{ dataset: { id: 'toy' }, student: { model: 'student' }, methods: ['ce'] },
    ...{ recipe: { batch: 10 }, cohort },
  })
  const pair = { id: 'pair', student: { model: student }, teachers: [{ model: teacher, weights: 'file' }] }
  return armLimit({ config, sizes, executor, copies, methodBytes: () => methodBytes }, free)({ pair })
}

test('a cohort takes three fifths of the free memory, teachers once', () => {
  expect([1_799_000, 1_801_000].map((free) => limit(free))).toEqual([3, 4])
})

test('processes of one machine share its memory', () => {
  expect([3_599_000, 3_601_000].map((free) => limit(free, { processes: 2 }))).toEqual([3, 4])
})

test('copies of the weights that hooks keep count', () => {
  // 8000 bytes more an arm for each copy.
  const three = (24_000 + 3 * (264_000 + 2 * 8000)) / 0.6
  expect([three - 1000, three + 1000].map((free) => limit(free, {}, {}, 2))).toEqual([2, 3])
})

test('one arm is trained however little there is, and as many as the configuration says', () => {
  expect(limit(0)).toBe(1)
  expect(limit(0, {}, { maxArms: 7 })).toBe(7)
  expect(limit(1e12, {}, { maxArms: 7 })).toBe(7)
})

test('what methods keep counts for each arm', () => {
  expect(limit(1_801_000, {}, {}, 0, 264_000)).toBe(2)
})
