import { tf, type z } from '@umbra/core'
import { type ObjectiveCase, evaluateObjective, noParts } from '@umbra/core/testing'
import {
  FLOAT32,
  FLOAT32_GRADIENT,
  arbitraryBatch,
  difference,
  goldenCases,
  mean,
  rows,
  useCpuBackend,
} from '@umbra/testing'
import { createEngine, listEngines } from '@umbra/engine'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { ats } from './ats.js'
import { kd } from './kd.js'

const run = (options: z.input<typeof ats.options>, input: ObjectiveCase) =>
  evaluateObjective(ats.objective(ats.options.parse(options), noParts), input)

const cases = goldenCases(new URL('../../golden/ats.json', import.meta.url))
const inputOf = (golden: (typeof cases)[number]): ObjectiveCase => ({
  student: rows(golden.inputs.student_logits!),
  teachers: [rows(golden.inputs.teacher_logits!)],
  labels: golden.labels,
})

const missing = listEngines().length > 0 ? '' : ' (skipped: the tensorflow engine is not installed)'
const engines = [
  { id: 'cpu', why: '' },
  { id: 'wasm', why: '' },
  { id: 'tensorflow', why: missing },
] as const

for (const { id, why } of engines) {
  describe.skipIf(why !== '')(`ats against published numbers, on ${id}${why}`, () => {
    beforeAll(async () => {
      await createEngine(id)
    })

    it.each(cases)('$id, $name: loss, terms and gradient', (golden) => {
      const { tau1_correct: tau1, tau2_wrong: tau2, tau_s, lambda } = golden.hyper
      const result = run(
        { tau1: tau1!, tau2: tau2!, studentTemperature: tau_s!, lambda: lambda! },
        inputOf(golden),
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
        const same = evaluateObjective(
          kd.objective(kd.options.parse({ temperature: 4, ceWeight: 0, kdWeight: 1 }), noParts),
          input,
        )
        expect(difference(soft.gradient, same.gradient, { relative: 1e-4, absolute: 1e-5 })).toBeUndefined()
      }),
      { numRuns: 25 },
    )
  })

  it('leaves no tensor behind', () => {
    const input = inputOf(cases[0]!)
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
    const input = inputOf(cases[0]!)
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
