import { type MethodDefinition, tf, valueAt } from '@umbra/core'
import { expect, it } from 'vitest'
import { features, make, mapValues, named, network, prepare, totalOf } from './feature-networks.js'

/** Weights of the terms as in the published comparison, the cross-entropy's 1. */
export const itHasPublishedWeights = (
  method: MethodDefinition,
  weights: Readonly<Record<string, number>>,
): void =>
  it('default weights are those of the published comparison', () => {
    expect(make(method).weights).toEqual({ ce: 1, ...weights })
  })

/** The method's term alone until epoch 3, then the labels and `kd` alone. */
export const itHasTwoStages = (
  method: MethodDefinition,
  epochs: string,
  [term, weight]: readonly [string, number],
): void =>
  it(`${term} alone first, then the labels alone`, () => {
    const { weights } = make(method, { [epochs]: 3, kdWeight: 0.5 })
    const at = (epoch: number) =>
      ['ce', 'kd', term].map((name) => valueAt(weights[name] ?? Number.NaN, epoch, 10))
    expect(at(2.9)).toEqual([0, 0, weight])
    expect(at(3)).toEqual([1, 0.5, 0])
  })

/** Refuses the last of `taps`, `pooled`, with its shape. */
export const itWantsMaps = (method: MethodDefinition, taps: readonly string[]): void =>
  it('needs maps', () => {
    const objective = make(method, { studentTaps: taps, teacherTaps: taps })
    expect(() => prepare(objective, network(2), network(2))).toThrow(
      expect.objectContaining({
        code: 'UMBRA_TAP_SHAPE',
        message: expect.stringMatching(/"pooled" of the student.*\[5, 8\]/) as string,
      }),
    )
  })

/** Refuses batches of one example. */
export const itWantsTwoExamples = (method: MethodDefinition, options: object = {}): void =>
  it('needs two examples', () => {
    const single = Object.fromEntries(
      Object.entries(network(2)).map(([name, shape]) => [name, [1, ...shape.slice(1)]]),
    )
    expect(() => prepare(make(method, options), single, single)).toThrow(
      expect.objectContaining({ code: 'UMBRA_TAP_SHAPE' }),
    )
  })

/** Sixty steps of gradient descent on a teacher that is twice the student lower the term by more than `fall`. */
export const itFits = (method: MethodDefinition, tap: string, fall: number): void =>
  it('fitting a teacher that is a function of the student drives the term down', () => {
    const objective = make(method, { studentTaps: [tap], teacherTaps: [tap] })
    tf.tidy(() => {
      const shapes = network(2)
      const student = features(shapes, 1)
      const teacher = mapValues(student, (x) => tf.mul(x, 2))
      const initial = prepare(objective, shapes, shapes)
      const names = Object.keys(initial)
      const loss = (...xs: tf.Tensor[]): tf.Scalar =>
        totalOf(objective, { student, teacher }, named(names, xs))
      let values = Object.values(initial)
      const losses: number[] = []
      for (let step = 0; step < 60; step++) {
        const { value, grads } = tf.valueAndGrads(loss)(values)
        losses.push(...value.dataSync())
        // There is a gradient for every value.
        values = values.map((x, i) => tf.sub(x, tf.mul(grads[i]!, 0.1)))
      }
      const [first = Number.NaN] = losses
      expect(losses.at(-1)).toBeLessThan(first - fall)
    })
  })
