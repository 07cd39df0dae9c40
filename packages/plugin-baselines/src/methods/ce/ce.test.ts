import { entryOf, tf, type z } from '@umbra/core'
import { type ObjectiveCase, evaluateObjective, evaluateTerms, noParts } from '@umbra/core/testing'
import {
  FLOAT32,
  FLOAT32_GRADIENT,
  type GoldenArray,
  type GoldenCase,
  arbitraryBatch,
  difference,
  goldenCases,
  logSoftmax64,
  mean,
  rows,
} from '@umbra/testing'
import { createEngine, listEngines } from '@umbra/engine'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { ce } from './ce.js'

const run = (input: ObjectiveCase, options: z.input<typeof ce.options> = {}) =>
  evaluateObjective(ce.objective(ce.options.parse(options), noParts), input)

/** Cross-entropy and its gradient in float64. */
function reference({ student, labels }: Pick<ObjectiveCase, 'student' | 'labels'>, smoothing = 0) {
  const logs = student.map(logSoftmax64)
  const target = (i: number, c: number, classes: number): number =>
    (c === labels[i] ? 1 - smoothing : 0) + smoothing / classes
  return {
    loss: mean(logs.map((row, i) => -row.reduce((sum, x, c) => sum + target(i, c, row.length) * x, 0))),
    gradient: logs.flatMap((row, i) =>
      row.map((x, c) => (Math.exp(x) - target(i, c, row.length)) / logs.length),
    ),
  }
}

// The published code of ATS reports its cross-entropy term on its own.
const cases = goldenCases(new URL('../../../golden/ats.json', import.meta.url))

const studentLogits = ({ inputs }: GoldenCase): GoldenArray => entryOf(inputs, 'student_logits')

const missing = listEngines().length > 0 ? '' : ' (skipped: the tensorflow engine is not installed)'
const engines = [
  { id: 'cpu', why: '' },
  { id: 'wasm', why: '' },
  { id: 'tensorflow', why: missing },
] as const

for (const { id, why } of engines) {
  describe.skipIf(why !== '')(`ce, on ${id}${why}`, () => {
    beforeAll(async () => {
      await createEngine(id)
    })

    it.each(cases)('$id, $name: the published value, and the float64 gradient', (golden) => {
      const input = { student: rows(studentLogits(golden)), teachers: [], labels: golden.labels }
      const result = run(input)
      expect(difference([result.loss], [golden.outputs.terms.ce ?? Number.NaN], FLOAT32)).toBeUndefined()
      expect(difference(result.gradient, reference(input).gradient, FLOAT32_GRADIENT)).toBeUndefined()
    })

    it('agrees with float64 at logits up to 60, with and without label smoothing', () => {
      const smoothing = fc.constantFrom(0, 0.1, 0.5)
      fc.assert(
        fc.property(arbitraryBatch(60), smoothing, ({ student, labels }, labelSmoothing) => {
          const result = run({ student, teachers: [], labels }, { labelSmoothing })
          const { loss, gradient } = reference({ student, labels }, labelSmoothing)
          expect(difference([result.loss], [loss], { relative: 1e-4, absolute: 1e-5 })).toBeUndefined()
          expect(difference(result.gradient, gradient, FLOAT32_GRADIENT)).toBeUndefined()
        }),
        { numRuns: 50 },
      )
    })

    it('does not look at teachers', () => {
      fc.assert(
        fc.property(arbitraryBatch(20), ({ student, teacher, labels }) => {
          expect(run({ student, teachers: [teacher, teacher], labels })).toEqual(
            run({ student, teachers: [], labels }),
          )
        }),
        { numRuns: 10 },
      )
    })

    it('leaves no tensor behind', () => {
      const input = { student: [[1, 2, 3]], teachers: [], labels: [1] }
      run(input)
      const before = tf.memory().numTensors
      run(input, { labelSmoothing: 0.1 })
      expect(tf.memory().numTensors).toBe(before)
    })

    it.each([{ labelSmoothing: 1 }, { labelSmoothing: -0.1 }, { smoothing: 0.1 }])(
      'refuses %j',
      (options) => {
        expect(ce.options.safeParse(options).success).toBe(false)
      },
    )
  })
}

describe('ce with labels that are no single class', () => {
  beforeAll(async () => {
    await createEngine('cpu')
  })

  it('smooths mixed labels and leaves out examples without one', () => {
    const logits = [
      [1, -2, 0.5],
      [0, 3, 1],
    ]
    const term = tf.tidy(() => {
      const labels = tf.tensor1d([0, -1], 'int32')
      const target = {
        labels,
        probabilities: tf.tensor2d([0.7, 0.3, 0, 0, 0, 0], [2, 3]),
        labelled: tf.tensor1d([1, 0]),
      }
      const { terms } = evaluateTerms(ce.objective(ce.options.parse({ labelSmoothing: 0.1 }), noParts), {
        student: { logits: tf.tensor2d(logits), taps: {} },
        teachers: [],
        labels,
        batch: { target },
      })
      return [...entryOf(terms, 'ce').dataSync()]
    })
    const share = 0.1 / 3
    const smooth = [0.63 + share, 0.27 + share, share]
    const log = logSoftmax64(logits[0] ?? [])
    const loss = -smooth.reduce((sum, p, c) => sum + p * (log[c] ?? Number.NaN), 0)
    // Twice the value of the only labelled example, so that the mean over the batch is the mean over those with a label.
    expect(difference(term, [2 * loss, 0], FLOAT32)).toBeUndefined()
  })
})
