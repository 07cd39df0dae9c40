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
  methodBytes = 0,
): number {
  const config = configSchema.parse({
    ...{ dataset: { id: 'toy' }, student: { model: 'student' }, methods: ['ce'] },
    ...{ recipe: { batch: 10 }, cohort },
  })
  const pair = { id: 'pair', student: { model: student }, teachers: [{ model: teacher, weights: 'file' }] }
  return armLimit({ config, sizes, executor, methodBytes: () => methodBytes }, free)({ pair })
}

test('a cohort takes three fifths of the free memory, teachers once', () => {
  expect([1_799_000, 1_801_000].map((free) => limit(free))).toEqual([3, 4])
})

test('processes of one machine share its memory', () => {
  expect([3_599_000, 3_601_000].map((free) => limit(free, { processes: 2 }))).toEqual([3, 4])
})

test('one arm is trained however little there is, and as many as the configuration says', () => {
  expect(limit(0)).toBe(1)
  expect(limit(0, {}, { maxArms: 7 })).toBe(7)
  expect(limit(1e12, {}, { maxArms: 7 })).toBe(7)
})

test('what methods keep counts for each arm', () => {
  expect(limit(1_801_000, {}, {}, 264_000)).toBe(2)
})
