import { tf } from '@umbra/core'
import {
  FLOAT32,
  FLOAT32_GRADIENT,
  arbitraryBatch,
  difference,
  goldenCases,
  logSoftmax64,
  mean,
  useCpuBackend,
} from '@umbra/testing'
import { createEngine } from '@umbra/engine'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../test/engines.js'
import { goldenLogits } from '../../../test/golden-logits.js'
import { runMethod } from '../../../test/run-method.js'
import { kd } from './kd.js'

const run = runMethod(kd)

const cases = goldenCases(new URL('../../../golden/kd.json', import.meta.url))

for (const { id, why } of engines) {
  describe.skipIf(why !== '')(`kd against published numbers, on ${id}${why}`, () => {
    beforeAll(async () => {
      await createEngine(id)
    })

    it.each(cases)('$id, $name: loss and gradient', (golden) => {
      const result = run({ temperature: golden.hyper.T!, ceWeight: 0, kdWeight: 1 }, goldenLogits(golden))
      expect(difference([result.loss], [golden.outputs.loss], FLOAT32)).toBeUndefined()
      const gradient = golden.outputs.grads.student_logits!.data
      expect(difference(result.gradient, gradient, FLOAT32_GRADIENT)).toBeUndefined()
    })

    it.each(cases)('$id, $name: with no weight on kd it is cross-entropy in float64', (golden) => {
      const input = goldenLogits(golden)
      const result = run({ temperature: golden.hyper.T!, ceWeight: 1, kdWeight: 0 }, input)
      const logs = input.student.map(logSoftmax64)
      const loss = mean(logs.map((row, i) => -row[input.labels[i]!]!))
      const gradient = logs.flatMap((row, i) =>
        row.map((x, c) => (Math.exp(x) - (c === input.labels[i] ? 1 : 0)) / logs.length),
      )
      expect(difference([result.loss], [loss], FLOAT32)).toBeUndefined()
      expect(difference(result.gradient, gradient, FLOAT32_GRADIENT)).toBeUndefined()
    })
  })
}

describe('kd, laws', () => {
  beforeAll(useCpuBackend)

  const onlyKd = { ceWeight: 0, kdWeight: 1 }
  const shift = (logits: readonly (readonly number[])[], by: number) =>
    logits.map((row) => row.map((z) => z + by))

  it('does not change when a constant is added to all logits of a network', () => {
    const by = fc.integer({ min: -32, max: 32 })
    fc.assert(
      fc.property(arbitraryBatch(16), by, by, ({ student, teacher, labels }, a, b) => {
        const before = run(onlyKd, { student, teachers: [teacher], labels })
        const after = run(onlyKd, { student: shift(student, a), teachers: [shift(teacher, b)], labels })
        const tolerance = { relative: 1e-4, absolute: 5e-4 }
        expect(difference([after.loss], [before.loss], tolerance)).toBeUndefined()
        expect(difference(after.gradient, before.gradient, tolerance)).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  /** In float64, from the formula, as a sum of terms that are all positive: `p log(p / q) - p + q`. */
  function reference(teacher: readonly number[], student: readonly number[], t: number): number {
    const [p, q] = [teacher, student].map((row) => logSoftmax64(row.map((z) => z / t)))
    const terms = teacher.map((_, c) => {
      const [logP = NaN, logQ = NaN] = [p?.[c], q?.[c]]
      const gap = logQ - logP
      return Math.exp(logP) * (Math.expm1(gap) - gap)
    })
    return t ** 2 * terms.reduce((a, b) => a + b, 0)
  }
  // All logits are float32 numbers.
  const wide = [50, -50, 3, 0, -7, 12, 1, -1, 0.5, 20]
  const near = wide.map((z, c) => z + (c % 4) / 16)
  const flat = [0.5, -0.25, 0.125, 0, 0.375, -0.5, 0.25, -0.125, 0.0625, 0]
  it.each(
    [1, 4, 20].flatMap((t) =>
      (
        [
          ['opposite', wide, wide.toReversed()],
          ['near', wide, near],
          ['wide and flat', wide, flat],
          ['flat and wide', flat, wide],
          ['flat', flat, flat.toReversed()],
        ] as const
      ).map(([name, teacher, student]) => [name, t, teacher, student] as const),
    ),
  )('keeps the digits of float64: %s logits at T = %d', (_, temperature, teacher, student) => {
    const { loss } = run(
      { ...onlyKd, temperature },
      { student: [student], teachers: [[teacher]], labels: [0] },
    )
    // A sum of parts that nearly cancel has the last bits of its parts.
    const tolerance =
      student === near
        ? { relative: 0, absolute: temperature ** 2 * 2 ** -22 }
        : { relative: 1e-6, absolute: 0 }
    expect(difference([loss], [reference(teacher, student, temperature)], tolerance)).toBeUndefined()
  })

  it('is 0, with no gradient, where the student equals the teacher', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ student, labels }) => {
        const result = run(onlyKd, { student, teachers: [student], labels })
        expect(result.terms.kd!.every((x) => Math.abs(x) < 1e-5)).toBe(true)
        expect(result.gradient.every((x) => Math.abs(x) < 1e-5)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('tends to matching centred logits as the temperature grows', () => {
    const temperature = 3000
    fc.assert(
      fc.property(arbitraryBatch(3), ({ student, teacher, labels }) => {
        const { gradient } = run({ ...onlyKd, temperature }, { student, teachers: [teacher], labels })
        const limit = student.flatMap((row, i) => {
          const gap = row.map((z, c) => z - teacher[i]![c]!)
          const centre = mean(gap)
          return gap.map((g) => (g - centre) / (row.length * student.length))
        })
        // Centred logits are within 6: the next order of the softmax is at most 2 * 6^2 / T of 1 / (batch * classes).
        const absolute = (72 / temperature + 1e-3) / limit.length
        expect(difference(gradient, limit, { relative: 0, absolute })).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  it('gives each example its own terms, whatever stands beside it', () => {
    fc.assert(
      fc.property(arbitraryBatch(20), ({ student, teacher, labels }) => {
        const forward = run({}, { student, teachers: [teacher], labels })
        const back = run(
          {},
          { student: student.toReversed(), teachers: [teacher.toReversed()], labels: labels.toReversed() },
        )
        for (const name of ['ce', 'kd']) {
          expect(difference(back.terms[name]!.toReversed(), forward.terms[name]!, FLOAT32)).toBeUndefined()
        }
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

describe('kd, options', () => {
  beforeAll(useCpuBackend)

  it('defaults to T = 4 and weights 0.1 and 0.9', () => {
    expect(kd.options.parse({})).toEqual({
      temperature: 4,
      ceWeight: 0.1,
      kdWeight: 0.9,
      divergence: 'kl',
    })
    const input = goldenLogits(cases[0]!)
    const { loss, terms } = run({}, input)
    expect(loss).toBeCloseTo(0.1 * mean(terms.ce!) + 0.9 * mean(terms.kd!), 4)
  })

  it('as soft cross-entropy has the same gradient, and the teacher’s entropy more in value', () => {
    const input = goldenLogits(cases[0]!)
    const kl = run({}, input)
    const soft = run({ divergence: 'soft-cross-entropy' }, input)
    expect(difference(soft.gradient, kl.gradient, FLOAT32)).toBeUndefined()
    for (const [i, value] of soft.terms.softCe!.entries()) {
      const logs = logSoftmax64(input.teachers[0]![i]!.map((z) => z / 4))
      const entropy = -logs.reduce((sum, x) => sum + x * Math.exp(x), 0)
      expect(value - kl.terms.kd![i]!).toBeCloseTo(16 * entropy, 3)
    }
  })

  it('reads a scheduled temperature and weight at the current epoch', () => {
    const input = goldenLogits(cases[0]!)
    const scheduled = run(
      {
        temperature: { kind: 'linear', from: 4, to: 2 },
        ceWeight: 0,
        kdWeight: { kind: 'linear', from: 1, to: 0 },
      },
      { ...input, epoch: 5, epochs: 10 },
    )
    const fixed = run({ temperature: 3, ceWeight: 0, kdWeight: 0.5 }, input)
    expect(scheduled.loss).toBeCloseTo(fixed.loss, 5)
  })

  it.each([
    { temperature: 0 },
    { temperature: -1 },
    { temperature: { kind: 'linear', from: 4, to: 0 } },
    { kdWeight: -0.1 },
    { tau: 4 },
  ])('refuses %j', (options) => {
    expect(kd.options.safeParse(options).success).toBe(false)
  })
})
