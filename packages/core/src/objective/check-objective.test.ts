import { describe, expect, it } from 'vitest'
import type { Objective } from '../contracts/objective.js'
import { tf } from '../tf.js'
import { checkObjective } from './check-objective.js'

/** An objective as a module without types may give it. */
const like = (over: Readonly<Record<string, unknown>>): Objective =>
  ({ weights: { ce: 1 }, terms: () => ({ terms: { ce: tf.zeros([1]) } }), ...over }) as unknown as Objective

const steps = (...values: number[]) => ({
  kind: 'steps',
  values,
  milestones: [1, 2].slice(0, values.length - 1),
})

describe('checkObjective', () => {
  it.each([
    like({}),
    like({ weights: { ce: 0, kd: steps(1, 0) } }),
    // `1 - a * b`, as a complement of a product is written: it ends at 0.
    like({
      weights: {
        ce: { kind: 'sum', of: [1, { kind: 'product', of: [-1, { kind: 'linear', from: 0, to: 1 }, 1] }] },
      },
    }),
    like({ scalars: { margin: -3, shift: { kind: 'linear', from: 1, to: -1 } } }),
    like({ labels: 'hard', peers: 2, taps: { student: ['stage1'] } }),
  ])('accepts %#', (objective) => {
    expect(() => {
      checkObjective(objective, 'method "own"')
    }).not.toThrow()
  })

  it.each<[string, unknown, string]>([
    [
      'no objective',
      undefined,
      'method "own": expected an objective, as objective() makes it, received nothing.',
    ],
    [
      'a promise',
      Promise.resolve(),
      'method "own": expected an objective, as objective() makes it, received a promise.',
    ],
    [
      'no weights',
      like({ weights: undefined }),
      'setting `weights` of method "own": expected a weight for each term, received nothing.',
    ],
    [
      'no term',
      like({ weights: {} }),
      'setting `weights` of method "own": expected a weight for at least one term, received none. There is nothing to minimise: give a term a weight, 0 included.',
    ],
    [
      'a negative weight',
      like({ weights: { ce: -1 } }),
      'weight "ce" of method "own": expected a finite number >= 0, or a schedule that stays so, received -1.',
    ],
    [
      'no number',
      like({ weights: { ce: NaN } }),
      'weight "ce" of method "own": expected a finite number >= 0, or a schedule that stays so, received NaN.',
    ],
    [
      'text',
      like({ weights: { ce: '1' } }),
      'weight "ce" of method "own": expected a finite number >= 0, or a schedule that stays so, received "1".',
    ],
    [
      'a weight that falls below 0',
      like({ weights: { ce: steps(1, -2) } }),
      'weight "ce" of method "own": expected a finite number >= 0, or a schedule that stays so, received a schedule that is -2 at some time.',
    ],
    [
      'a weight that is no schedule',
      like({ weights: { ce: { kind: 'ramp' } } }),
      'weight "ce" of method "own": expected a finite number >= 0, or a schedule that stays so, received a schedule that is none: {"kind":"ramp"}.',
    ],
    [
      'an infinite scalar',
      like({ scalars: { t: { kind: 'product', of: [1e308, 1e308] } } }),
      'scalar "t" of method "own": expected a finite number or a schedule, received a schedule that is Infinity at some time.',
    ],
    [
      'a schedule of NaN',
      like({ scalars: { t: { kind: 'linear', from: NaN, to: 1 } } }),
      'scalar "t" of method "own": expected a finite number or a schedule, received a schedule that is none: {"kind":"linear","from":null,"to":1}.',
    ],
    [
      'a scalar step',
      like({ scalars: { step: 1 } }),
      'scalar "step" of method "own": expected a name other than step and progress, which every objective has, received "step". Give it another name.',
    ],
    [
      'a scalar progress',
      like({ scalars: { progress: 1 } }),
      'scalar "progress" of method "own": expected a name other than step and progress, which every objective has, received "progress". Give it another name.',
    ],
    [
      'soft labels',
      like({ labels: 'soft' }),
      'setting `labels` of method "own": expected "hard", or nothing where mixed, smoothed or missing labels will do, received "soft". Labels of every kind are in `target`, which labelLoss takes.',
    ],
    [
      'half a peer',
      like({ peers: 0.5 }),
      'setting `peers` of method "own": expected an integer >= 0, received 0.5.',
    ],
    [
      'a tap outside a list',
      like({ taps: { student: 'stage1' } }),
      'setting `taps` of method "own": expected lists of taps of the `student` and of the `teacher`, received "stage1".',
    ],
    [
      'taps of teachers',
      like({ taps: { teachers: ['stage1'] } }),
      'setting `taps` of method "own": expected lists of taps of the `student` and of the `teacher`, received "teachers".',
    ],
    [
      'feeds that are no function',
      like({ feeds: {} }),
      'setting `feeds` of method "own": expected a function, received an object.',
    ],
  ])('refuses %s', (_, objective, message) => {
    expect(() => {
      checkObjective(objective as Objective, 'method "own"')
    }).toThrow(expect.objectContaining({ code: 'UMBRA_TERMS', message }))
  })

  it('lists all problems', () => {
    const objective = like({ weights: { ce: -1 }, labels: 'soft', scalars: { step: 1 } })
    expect(() => {
      checkObjective(objective, 'method "own"')
    }).toThrow(/3 problems(.|\n)*weight (.|\n)*scalar "step"(.|\n)*`labels`/)
  })
})
