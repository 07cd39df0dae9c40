import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import type { LabelTarget } from '../contracts/label-target.js'
import type { Objective } from '../contracts/objective.js'
import { labelLoss } from '../losses/label-loss.js'
import { temperedKl } from '../losses/tempered-kl.js'
import { tf } from '../tf.js'
import { evaluateTerms } from './evaluate-terms.js'
import { objective } from './objective.js'
import { type Summand, sumObjectives } from './sum-objectives.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const soft = (): Objective =>
  objective({
    weights: { ce: 0.1, kd: 0.9 },
    scalars: { temperature: 4 },
    terms: ({ student, teacher, target, scalars }) => ({
      ce: labelLoss(student.logits, target),
      kd: temperedKl(teacher.logits, student.logits, scalars.temperature),
    }),
  })

const scaled = (): Objective =>
  objective({
    weights: { ce: 1, match: { kind: 'linear', from: 0, to: 100 } },
    scalars: { temperature: 3 },
    prepare: (_, seed) => ({ variables: { scale: tf.scalar(seed) }, state: { count: tf.scalar(0) } }),
    terms: ({ student, teacher, target, variables, state, scalars }) => [
      {
        ce: labelLoss(student.logits, target),
        match: tf.mean(
          tf.squaredDifference(
            student.logits,
            tf.mul(teacher.logits, tf.mul(variables.scale, scalars.temperature)),
          ),
          1,
        ),
      },
      { count: tf.add(state.count, 1) },
    ],
  })

const part = (name: string, one: Objective, weight: Summand['weight'] = 1): Summand => ({
  ...{ name, method: name, objective: one, weight },
})

const logits = (seed: number) => ({
  logits: tf.randomNormal<tf.Rank.R2>([4, 3], 0, 2, 'float32', seed),
  taps: {},
})
const input = () => ({
  student: logits(1),
  teachers: [logits(2)],
  labels: tf.tensor1d([0, 1, 2, 1], 'int32'),
  ...{ epoch: 1, epochs: 4 },
})
const shapes = {
  ...{ batch: 4, classes: 3, samples: 4, labels: new Int32Array(4) },
  student: { logits: [4, 3], taps: {} },
  teachers: [{ logits: [4, 3], taps: {} }],
}

/** Loss of an objective whose parts are prepared with seeds by their names. */
function lossOf(one: Objective, method: string): number {
  return tf.tidy(() => {
    const seedFor = (name: string): number => name.length
    const prepared = one.prepare?.(shapes, seedFor(method), { teachers: [] }, seedFor)
    return evaluateTerms(one, { ...input(), ...prepared }).loss.dataSync()[0] ?? NaN
  })
}

describe('sumObjectives', () => {
  it('is each part to the last bit where the other weighs nothing', () => {
    const both = (a: number, b: number): Objective =>
      sumObjectives([part('soft', soft(), a), part('scaled', scaled(), b)])
    expect(lossOf(both(1, 0), 'soft+scaled')).toBe(lossOf(soft(), 'soft'))
    expect(lossOf(both(0, 1), 'soft+scaled')).toBe(lossOf(scaled(), 'scaled'))
  })

  it('is the sum of its parts, the label term taken once', () => {
    const sum = sumObjectives([part('soft', soft()), part('scaled', scaled(), 0.5)])
    expect(Object.keys(sum.weights)).toEqual(['ce', 'soft.kd', 'scaled.match'])
    expect(sum.weights.ce).toBeCloseTo(0.6, 12)
    const expected = lossOf(soft(), 'soft') + 0.5 * lossOf(scaled(), 'scaled')
    expect(lossOf(sum, 'soft+scaled') / expected).toBeCloseTo(1, 6)
  })

  it('takes a weight of the label term, and schedules of parts', () => {
    const ramp = { kind: 'linear', from: 0, to: 1 } as const
    const sum = sumObjectives([part('soft', soft(), ramp), part('scaled', scaled())], { labelWeight: 0.25 })
    expect(sum.weights.ce).toBe(0.25)
    expect(sum.weights['soft.kd']).toEqual({ kind: 'product', of: [ramp, 0.9] })
  })

  it('keeps scalars, variables and state of each part apart', () => {
    tf.tidy(() => {
      const sum = sumObjectives([part('a', scaled()), part('b', scaled())])
      expect(sum.scalars).toEqual({ 'a.temperature': 3, 'b.temperature': 3 })
      const prepared = sum.prepare?.(shapes, 1, { teachers: [] }) ?? {}
      expect(Object.keys(prepared.variables ?? {})).toEqual(['a.scale', 'b.scale'])
      const { state = {} } = evaluateTerms(sum, { ...input(), ...prepared })
      expect(Object.entries(state).map(([name, value]) => [name, value.dataSync()[0]])).toEqual([
        ['a.count', 1],
        ['b.count', 1],
      ])
    })
  })

  it.each<[string, Objective]>([
    [
      'smoothed',
      objective({
        weights: { ce: 1 },
        terms: ({ student }) => ({ ce: tf.neg(tf.mean(tf.logSoftmax(student.logits), 1)) }),
      }),
    ],
    [
      'normalised',
      objective({
        weights: { ce: 1 },
        terms: ({ student, target }) => ({ ce: labelLoss(tf.mul(student.logits, 2), target) }),
      }),
    ],
  ])('refuses a part whose ce is another loss: %s', (name, other) => {
    tf.tidy(() => {
      const sum = sumObjectives([part('soft', soft()), part(name, other)])
      expect(() => evaluateTerms(sum, input())).toThrow(`"${name}" in a sum of methods`)
    })
  })

  const labelled = (target: (of: LabelTarget) => LabelTarget): Objective =>
    objective({
      weights: { ce: 1 },
      terms: (batch) => ({ ce: labelLoss(batch.student.logits, target(batch.target)) }),
    })
  const uniform = () => tf.fill<tf.Rank.R2>([4, 3], 1 / 3)
  const targets: [string, (of: LabelTarget) => LabelTarget][] = [
    ['smoothed', (of) => ({ ...of, probabilities: uniform() })],
    ['sharpened', ({ labels }) => ({ labels })],
    ['shifted', ({ labels }) => ({ labels: tf.sub(labels, tf.onesLike(labels)) })],
    ['shifted beside probabilities', (of) => ({ ...of, labels: tf.sub(of.labels, tf.onesLike(of.labels)) })],
    ['masked', (of) => ({ ...of, labelled: tf.zeros([4]) })],
  ]
  describe.each(['hard', 'mixed'] as const)('on %s labels', (kind) => {
    const on = () => ({
      ...input(),
      batch: {
        target: {
          labels: tf.tensor1d([0, 1, 2, 1], 'int32'),
          ...(kind === 'hard' ? {} : { probabilities: uniform() }),
        },
      },
    })
    it.each(targets)('refuses a part with other labels, wherever it stands: %s', (name, target) => {
      // Hard labels are sharp already.
      const same = kind === 'hard' ? name === 'sharpened' : name === 'shifted beside probabilities'
      tf.tidy(() => {
        const parts = [part('soft', soft()), part(name, labelled(target))]
        for (const order of [parts, parts.toReversed()]) {
          const evaluate = () => evaluateTerms(sumObjectives(order), on())
          if (same) expect(evaluate).not.toThrow()
          else expect(evaluate).toThrow(/in a sum of methods.*with other labels than those of the batch/)
        }
      })
    })
  })

  it('holds each part to its own weights', () => {
    const silent = { ...soft(), terms: () => ({ terms: {} }) }
    tf.tidy(() => {
      const sum = sumObjectives([part('scaled', scaled()), part('silent', silent)])
      const prepared = sum.prepare?.(shapes, 1, { teachers: [] }) ?? {}
      expect(() => evaluateTerms(sum, { ...input(), ...prepared })).toThrow(
        /"silent" in a sum of methods: expected the terms it gives weights for \(ce, kd\), received none/,
      )
    })
  })

  it('refuses a weight of labels that no part has', () => {
    const match = objective({
      weights: { match: 1 },
      terms: ({ student }) => ({ match: tf.mean(student.logits, 1) }),
    })
    expect(() => sumObjectives([part('a', match), part('b', match)], { labelWeight: 1 })).toThrow(
      expect.objectContaining({ code: 'UMBRA_SUM' }),
    )
  })
})
