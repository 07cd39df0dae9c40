import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { labelLoss } from '../losses/label-loss.js'
import { tf } from '../tf.js'
import { evaluateTerms } from './evaluate-terms.js'
import type { Objective } from '../contracts/objective.js'
import { type HardLabels, type ObjectiveBatch, objective } from './objective.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const outputs = (rows: number[][], taps: Record<string, tf.Tensor> = {}) => ({
  logits: tf.tensor2d(rows),
  taps,
})
const labels = () => tf.tensor1d([0, 1], 'int32')

describe('objective', () => {
  it('gives terms, scalars, variables and state by name', () => {
    tf.tidy(() => {
      const made = objective({
        weights: { scaled: 2 },
        scalars: { margin: 3 },
        taps: { student: ['pooled'] },
        prepare: ({ student }) => ({
          variables: { kernel: tf.fill(student.tap('pooled').slice(1), 5) },
          state: { seen: tf.scalar(1) },
        }),
        terms: ({ student, variables, state, scalars }) => [
          { scaled: tf.sum(tf.mul(student.tap('pooled'), tf.mul(variables.kernel, scalars.margin)), 1) },
          { seen: tf.add(state.seen, 1) },
        ],
      })
      const shape = { logits: [2, 2], taps: { pooled: [2, 3] } }
      const shapes = {
        batch: 2,
        classes: 2,
        samples: 2,
        labels: new Int32Array(2),
        student: shape,
        teachers: [],
      }
      const prepared = made.prepare!(shapes, 0, { teachers: [] })
      const student = outputs([[0, 0], [0, 0]], { pooled: tf.ones([2, 3]) }) // prettier-ignore
      const result = evaluateTerms(made, { student, teachers: [], labels: labels(), ...prepared })
      expect([...result.terms.scaled!.dataSync()]).toEqual([45, 45])
      expect([...result.state!.seen!.dataSync()]).toEqual([2])
      expect(result.loss.dataSync()[0]).toBe(90)
    })
  })

  it('leaves out what is undefined on both sides', () => {
    const made = objective({
      weights: { ce: 1, kd: undefined },
      terms: ({ student, target }) => ({ ce: labelLoss(student.logits, target), kd: undefined }),
    })
    expect(Object.keys(made.weights)).toEqual(['ce'])
    tf.tidy(() => {
      const student = outputs([[1, 0], [0, 1]]) // prettier-ignore
      expect(Object.keys(evaluateTerms(made, { student, teachers: [], labels: labels() }).terms)).toEqual([
        'ce',
      ])
    })
  })

  it('names what was not asked for, and a teacher that is not the only one', () => {
    const taps = objective({
      weights: { hint: 1 },
      terms: ({ student }) => ({ hint: tf.sum(student.tap('stage1'), 1) }),
    })
    const alone = objective({
      weights: { kd: 1 },
      terms: ({ teacher }) => ({ kd: tf.sum(teacher.logits, 1) }),
    })
    tf.tidy(() => {
      const student = outputs([[1, 0], [0, 1]], { stage2: tf.ones([2, 3]) }) // prettier-ignore
      const input = { student, teachers: [student, student], labels: labels() }
      expect(() => evaluateTerms(taps, input)).toThrow(/tap "stage1" of the student.*Did you mean "stage2"/)
      expect(() => evaluateTerms(alone, input)).toThrow(/exactly one teacher.*2/)
    })
  })

  /** Evaluates on two examples, without a teacher. */
  const evaluate = (made: Objective) =>
    tf.tidy(() => evaluateTerms(made, { student: outputs([[1, 0], [0, 1]]), teachers: [], labels: labels() }).loss) // prettier-ignore
  /** As a module without types may write it. */
  const untyped = objective as unknown as (spec: unknown) => Objective
  const ce = ({ student, target }: ObjectiveBatch) => ({ ce: labelLoss(student.logits, target) })
  const weights = { ce: 1 }

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /an objective: expected an object with `weights` and `terms`, received nothing/],
    ['no weights', { terms: ce }, /expected `weights`, a weight for each term, received nothing/],
    ['no terms', { weights }, /expected `terms`, a function, received nothing/],
    [
      'another setting',
      { weights, terms: ce, scalar: {} },
      /unknown setting "scalar".*Did you mean "scalars"/,
    ],
  ])('refuses %s at once', (_, spec, message) => {
    expect(() => untyped(spec)).toThrow(expect.objectContaining({ code: 'UMBRA_TERMS' }))
    expect(() => untyped(spec)).toThrow(message)
  })

  it.each<[string, (batch: ObjectiveBatch) => unknown, RegExp]>([
    [
      'a list of three',
      (batch) => [ce(batch), {}, 'more'],
      /pair of terms and new state, received a list of 3/,
    ],
    ['a list of one', (batch) => [ce(batch)], /received nothing as state/],
    ['a promise', (batch) => Promise.resolve(ce(batch)), /received a promise.*not async/],
    ['nothing', () => undefined, /received nothing/],
  ])('refuses terms that are %s', (_, terms, message) => {
    expect(() => evaluate(untyped({ weights, terms }))).toThrow(message)
  })

  it.each<[string, (batch: ObjectiveBatch) => unknown, RegExp]>([
    ['scalar', ({ scalars }) => (scalars as Record<string, unknown>).stp, /scalar "stp" is missing.*"step"/],
    ['feed', ({ feeds }) => feeds.noise, /feed "noise" is missing/],
    ['tap', ({ student }) => student.taps.stage1, /tap of the student "stage1" is missing/],
    ['label', (batch) => (batch as unknown as HardLabels).labels, /`labels: 'hard'`.*take `target`/],
  ])('names a %s that is read but not there', (_, read, message) => {
    const terms = (batch: ObjectiveBatch) => (read(batch), ce(batch))
    expect(() => evaluate(untyped({ weights, terms }))).toThrow(message)
  })

  it('gives hard labels to those who ask, and lets batches be spread by those who do not', () => {
    const hard = objective({
      ...{ labels: 'hard', weights: { one: 1 } },
      terms: (batch) => ({ one: tf.cast(batch.labels, 'float32') }),
    })
    tf.tidy(() => {
      const input = { student: outputs([[1, 0], [0, 1]]), teachers: [], labels: labels() } // prettier-ignore
      expect(evaluateTerms(hard, input).terms.one?.arraySync()).toEqual([0, 1])
      expect(evaluateTerms(objective({ weights, terms: (batch) => ce({ ...batch }) }), input).loss.size).toBe(
        1,
      )
    })
  })
})
