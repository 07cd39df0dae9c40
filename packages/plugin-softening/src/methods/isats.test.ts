import type { z } from '@umbra/core'
import { type ObjectiveCase, evaluateObjective, noParts } from '@umbra/core/testing'
import { FLOAT32, arbitraryBatch, difference, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { ats } from './ats.js'
import { isats } from './isats.js'

beforeAll(useCpuBackend)

const run = (options: z.input<typeof isats.options>, input: ObjectiveCase) =>
  evaluateObjective(isats.objective(isats.options.parse(options), noParts), input)

it('is ats at the temperatures of a grid of one point', () => {
  fc.assert(
    fc.property(arbitraryBatch(60), ({ student, teacher, labels }) => {
      const input = { student, teachers: [teacher], labels }
      const own = run({ gridMin: 2, gridMax: 2, delta: 2, lambda: 0.3 }, input)
      const fixed = ats.objective(ats.options.parse({ tau1: 4, tau2: 2, lambda: 0.3 }), noParts)
      const known = evaluateObjective(fixed, input)
      expect(difference([own.loss], [known.loss], FLOAT32)).toBeUndefined()
      expect(difference(own.gradient, known.gradient, FLOAT32)).toBeUndefined()
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
