import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import type { Objective } from '../contracts/objective.js'
import { tf } from '../tf.js'
import { evaluateObjective } from './evaluate-objective.js'
import { noParts } from './no-parts.js'

beforeAll(useCpuBackend)

const square: Objective = {
  weights: { square: { kind: 'linear', from: 1, to: 3 }, gap: 2 },
  scalars: { margin: { kind: 'linear', from: 0, to: 8 } },
  terms: ({ student, teachers, scalars }) => ({
    terms: {
      square: tf.sum(tf.square(student.logits), 1),
      gap: tf.sum(tf.mul(tf.sub(student.logits, teachers[0]!.logits), scalars.margin!), 1),
    },
  }),
}

it('weights the means of the terms at the given epoch, and differentiates', () => {
  const before = tf.memory().numTensors
  const result = evaluateObjective(square, {
    student: [
      [1, 2],
      [3, 0],
    ],
    teachers: [
      [
        [0, 0],
        [0, 0],
      ],
    ],
    labels: [0, 1],
    epoch: 2,
    epochs: 4,
  })
  expect(result.terms).toEqual({ square: [5, 9], gap: [12, 12] })
  expect(result.loss).toBe(2 * 7 + 2 * 12)
  // 2 * 2z / batch + 2 * margin / batch, with a margin of 4
  expect(result.gradient).toEqual([6, 8, 10, 4])
  expect(tf.memory().numTensors).toBe(before)
})

it('has no part to lend', () => {
  expect(() => noParts.softening('ats')).toThrow(expect.objectContaining({ code: 'UMBRA_UNKNOWN_ID' }))
})
