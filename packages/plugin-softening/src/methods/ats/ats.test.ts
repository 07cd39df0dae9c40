import { tf } from '@umbra/core'
import {
  FLOAT32,
  FLOAT32_GRADIENT,
  arbitraryBatch,
  difference,
  goldenCases,
  mean,
  useCpuBackend,
} from '@umbra/testing'
import { createEngine } from '@umbra/engine'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../test/engines.js'
import { goldenLogits } from '../../../test/golden-logits.js'
import { runMethod } from '../../../test/run-method.js'
import { ats } from './ats.js'
import { kd } from '../kd/kd.js'

const run = runMethod(ats)

const cases = goldenCases(new URL('../../../golden/ats.json', import.meta.url))

for (const { id, why } of engines) {
  describe.skipIf(why !== '')(`ats against published numbers, on ${id}${why}`, () => {
    beforeAll(async () => {
      await createEngine(id)
    })

    it.each(cases)('$id, $name: loss, terms and gradient', (golden) => {
      const { tau1_correct: tau1, tau2_wrong: tau2, tau_s, lambda } = golden.hyper
      const result = run(
        { tau1: tau1!, tau2: tau2!, studentTemperature: tau_s!, lambda: lambda! },
        goldenLogits(golden),
      )
      const { loss, terms, grads } = golden.outputs
      expect(difference([result.loss], [loss], FLOAT32)).toBeUndefined()
      expect(difference([mean(result.terms.ce!)], [terms.ce!], FLOAT32)).toBeUndefined()
      expect(difference([mean(result.terms.softCe!)], [terms.kd!], FLOAT32)).toBeUndefined()
      expect(difference(result.gradient, grads.student_logits!.data, FLOAT32_GRADIENT)).toBeUndefined()
    })
  })
}

describe('ats, laws', () => {
  beforeAll(useCpuBackend)

  it('has the gradient of kd where both temperatures and the student’s are one', () => {
    fc.assert(
      fc.property(arbitraryBatch(20), ({ student, teacher, labels }) => {
        const input = { student, teachers: [teacher], labels }
        const soft = run({ tau1: 4, tau2: 4, studentTemperature: 4, lambda: 1 }, input)
        const same = runMethod(kd)({ temperature: 4, ceWeight: 0, kdWeight: 1 }, input)
        expect(difference(soft.gradient, same.gradient, { relative: 1e-4, absolute: 1e-5 })).toBeUndefined()
      }),
      { numRuns: 25 },
    )
  })

  it('leaves no tensor behind', () => {
    const input = goldenLogits(cases[0]!)
    run({}, input)
    const before = tf.memory().numTensors
    run({}, input)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('ats, options', () => {
  it('defaults to 4, 2, one half and a student temperature of 1', () => {
    expect(ats.options.parse({})).toEqual({
      tau1: 4,
      tau2: 2,
      lambda: 0.5,
      studentTemperature: 1,
      divergence: 'soft-cross-entropy',
    })
  })

  it('shares a scheduled lambda between labels and soft targets', () => {
    const input = goldenLogits(cases[0]!)
    const scheduled = run(
      { lambda: { kind: 'linear', from: 0.2, to: 0.8 } },
      { ...input, epoch: 5, epochs: 10 },
    )
    expect(scheduled.loss).toBeCloseTo(run({ lambda: 0.5 }, input).loss, 5)
  })

  it.each([
    { lambda: { kind: 'linear', from: 0, to: 1.5 } },
    { tau1: 0 },
    { tau2: -2 },
    { lambda: 1.5 },
    { studentTemperature: 0 },
    { temperature: 4 },
  ])('refuses %j', (options) => {
    expect(ats.options.safeParse(options).success).toBe(false)
  })
})
