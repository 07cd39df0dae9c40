import { type Objective, tf } from '@umbra/core'
import { difference } from '@umbra/testing'
import { expect } from 'vitest'
import { evaluateCopies, evaluateUnequal } from './several-teachers.js'

const CLOSE = { relative: 1e-4, absolute: 1e-5 }

/** That the number of identical teachers does not change terms or gradient, and no tensor is left. */
export function expectCopiesToCountOnce(objective: Objective): void {
  const before = tf.memory().numTensors
  const one = evaluateCopies(objective, 1)
  const three = evaluateCopies(objective, 3)
  expect(tf.memory().numTensors).toBe(before)
  expect(Object.keys(one.terms)).toEqual(Object.keys(objective.weights))
  for (const shape of one.shapes) expect(shape).toEqual([4])
  for (const [name, values] of Object.entries(one.terms)) {
    expect(values.every(Number.isFinite), name).toBe(true)
    expect(difference(three.terms[name] ?? [], values, CLOSE), name).toBeUndefined()
  }
  expect(difference(three.gradient, one.gradient, CLOSE)).toBeUndefined()
  expect(three.state).toEqual(three.prepared)
}

/** That teachers of different widths and sizes have projectors of their own, and all terms are finite. */
export function expectProjectorsForEach(objective: Objective): void {
  const { terms, variables } = evaluateUnequal(objective)
  expect(terms.every(Number.isFinite)).toBe(true)
  for (const teacher of ['0', '1', '2'])
    expect(
      variables.some((name) => name.includes(teacher)),
      teacher,
    ).toBe(true)
}
