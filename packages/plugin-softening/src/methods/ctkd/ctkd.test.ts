import { tf } from '@umbra/core'
import { noParts } from '@umbra/core/testing'
import { arbitraryBatch, difference, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { runMethod } from '../../../test/run-method.js'
import { ctkd } from './ctkd.js'
import { learnedTemperature } from './learned-temperature.js'
import { dkd } from '../dkd/dkd.js'
import { kd } from '../kd/kd.js'

beforeAll(useCpuBackend)

const run = runMethod(ctkd)
const CLOSE = { relative: 1e-3, absolute: 1e-4 }

/** d T / d theta at `lambda`. */
const slope = (theta: number, lambda: number): number =>
  tf.tidy(() => {
    const gradient = tf.grad((x: tf.Tensor) =>
      learnedTemperature(x, tf.scalar(lambda), { start: 1, range: 20 }),
    )
    return gradient(tf.tensor1d([theta])).dataSync()[0]!
  })

it('scales the gradient of theta by lambda: reversed below 0, none at 0', () => {
  const finite = fc.double({ min: -4, max: 4, noNaN: true })
  fc.assert(
    fc.property(finite, fc.double({ min: -1, max: 1, noNaN: true }), (theta, lambda) => {
      const open = 1 / (1 + Math.exp(-theta))
      expect(slope(theta, lambda)).toBeCloseTo(lambda * 20 * open * (1 - open), 4)
    }),
  )
  expect(slope(0.5, 0)).toBe(0)
})

it('starts with one variable, theta, and a temperature of 1 + 20 sigmoid(1)', () => {
  const shape = { logits: [2, 3], taps: {} }
  const { variables } = ctkd.objective(ctkd.options.parse({}), noParts).prepare!(
    {
      batch: 2,
      classes: 3,
      samples: 2,
      labels: Int32Array.of(0, 1),
      student: shape,
      teachers: [shape],
    },
    0,
    { teachers: [] },
  )
  expect(Object.keys(variables!)).toEqual(['theta'])
  expect([...variables!.theta!.dataSync()]).toEqual([1])
  tf.dispose(variables)
})

it('is kd and dkd at its temperature, for the student', () => {
  // theta = 0 and a range of 6 make T = 1 + 3
  const learned = { start: 1, range: 6, initial: 0 }
  fc.assert(
    fc.property(arbitraryBatch(60), ({ student, teacher, labels }) => {
      const input = { student, teachers: [teacher], labels }
      const whole = run(learned, input)
      const plain = runMethod(kd)({ temperature: 4 }, input)
      expect(difference(whole.terms.kd!, plain.terms.kd!, CLOSE)).toBeUndefined()
      expect(difference(whole.gradient, plain.gradient, CLOSE)).toBeUndefined()

      const parted = run({ ...learned, loss: 'dkd', ceWeight: 1 }, input)
      const decoupled = runMethod(dkd)({ temperature: 4, beta: 2, warmUp: 0 }, input)
      expect(difference([parted.loss], [decoupled.loss], CLOSE)).toBeUndefined()
      expect(difference(parted.gradient, decoupled.gradient, CLOSE)).toBeUndefined()
    }),
    { numRuns: 30 },
  )
})
