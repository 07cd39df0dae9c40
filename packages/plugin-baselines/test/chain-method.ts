import { type MethodDefinition, tf } from '@umbra/core'
import { evaluateObjective, noParts } from '@umbra/core/testing'
import { arbitraryBatch, difference } from '@umbra/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { kl64 } from './kl64.js'

/** A student of a chain, as the trainer names it. */
export const tinyStudent = { id: 'tiny', options: { width: 2 } }

/** Term `kd` is the divergence at temperature 5 from the last teacher, ignoring those before it. */
export const itLearnsFromTheLast = (method: MethodDefinition): void =>
  it('learns from the last of the chain alone', () => {
    const objective = method.objective(method.options.parse({ temperature: 5 }), noParts)
    fc.assert(
      fc.property(arbitraryBatch(10), ({ student, teacher, labels }) => {
        const first = teacher.map((row) => row.map((x) => -x))
        const { kd } = evaluateObjective(objective, { student, teachers: [first, teacher], labels }).terms
        const expected = student.map((row, i) => kl64(teacher[i] ?? [], row, 5))
        expect(difference(kd ?? [], expected, { relative: 1e-4, absolute: 1e-4 })).toBeUndefined()
      }),
      { numRuns: 20 },
    )
  })

/** Evaluating the objective on logits leaves no tensor behind. */
export const itLeavesNoTensor = (method: MethodDefinition): void =>
  it('leaves no tensor behind', () => {
    const input = { student: [[1, 2, 3]], teachers: [[[0, 1, 2]]], labels: [1] }
    const before = tf.memory().numTensors
    evaluateObjective(method.objective(method.options.parse({}), noParts), input)
    expect(tf.memory().numTensors).toBe(before)
  })
