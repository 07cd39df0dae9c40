import { FLOAT32, arbitraryBatch, difference, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { ats } from '../ats/ats.js'
import { runMethod } from '../../../test/run-method.js'
import { isats } from './isats.js'

beforeAll(useCpuBackend)

const run = runMethod(isats)

it('is ats at the temperatures of a grid of one point', () => {
  fc.assert(
    fc.property(arbitraryBatch(60), ({ student, teacher, labels }) => {
      const input = { student, teachers: [teacher], labels }
      const single = run({ gridMin: 2, gridMax: 2, delta: 2, lambda: 0.3 }, input)
      const fixed = runMethod(ats)({ tau1: 4, tau2: 2, lambda: 0.3 }, input)
      expect(difference([single.loss], [fixed.loss], FLOAT32)).toBeUndefined()
      expect(difference(single.gradient, fixed.gradient, FLOAT32)).toBeUndefined()
    }),
    { numRuns: 30 },
  )
})

it('gives a wrong teacher finite losses under every rule, at logits up to 60', () => {
  fc.assert(
    fc.property(arbitraryBatch(60), ({ student, labels }) => {
      const teacher = student.map((row, i) => row.map((_, c) => (c === labels[i] ? -60 : c)))
      for (const rule of ['difference', 'factors', 'fixed-tau1'] as const) {
        const { loss, gradient } = run({ rule }, { student, teachers: [teacher], labels })
        expect([loss, ...gradient].every(Number.isFinite)).toBe(true)
      }
    }),
    { numRuns: 20 },
  )
})
