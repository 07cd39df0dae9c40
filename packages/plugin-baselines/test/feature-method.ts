import { type MethodDefinition, type Objective, type TensorRecord, entryOf, tf, valueAt } from '@umbra/core'
import { difference } from '@umbra/testing'
import { describe, expect, it } from 'vitest'
import {
  BATCH,
  type Networks,
  type Shapes,
  features,
  make,
  network,
  prepare,
  studentTaps,
  termNames,
  termsOn,
} from './feature-networks.js'

/** Sum of the means of a method's terms. */
function total(objective: Objective, networks: Networks, variables: TensorRecord = {}): tf.Scalar {
  const terms = termsOn(objective, networks, variables)
  return tf.addN(termNames(objective).map((name) => tf.mean<tf.Scalar>(entryOf(terms, name))))
}

/** A record with the names given and values in their order. */
const named = (names: readonly string[], values: readonly tf.Tensor[]): TensorRecord =>
  Object.fromEntries(values.slice(0, names.length).map((value, i) => [names[i] ?? '', value]))

const pick = (record: TensorRecord, names: readonly string[]): tf.Tensor[] =>
  names.map((name) => entryOf(record, name))

const mapValues = (record: TensorRecord, f: (x: tf.Tensor) => tf.Tensor): TensorRecord =>
  Object.fromEntries(Object.entries(record).map(([name, x]) => [name, f(x)]))

/** What holds for every method on pairs of features. */
export function describeFeatureMethod(name: string, method: MethodDefinition, options: object = {}): void {
  describe(name, () => {
    it('takes networks of other widths and map sizes; every variable and tapped feature has a gradient', () => {
      const [student, teacher] = [network(6), network(8, 16)]
      const objective = make(method, options)
      tf.tidy(() => {
        const variables = prepare(objective, student, teacher)
        const targets = features(teacher, 20)
        const taps = studentTaps(objective)
        const names = Object.keys(variables)
        const loss = (...xs: tf.Tensor[]): tf.Scalar => {
          const networks = { student: named(taps, xs.slice(names.length)), teacher: targets }
          const terms = termsOn(objective, networks, named(names, xs))
          expect(Object.keys(terms)).toEqual(Object.keys(objective.weights))
          for (const term of Object.values(terms)) expect(term.shape).toEqual([BATCH])
          return total(objective, networks, named(names, xs))
        }
        const { value, grads } = tf.valueAndGrads(loss)([
          ...pick(variables, names),
          ...pick(features(student, 1), taps),
        ])
        expect(Number.isFinite(value.dataSync()[0])).toBe(true)
        for (const gradient of grads) {
          const numbers = [...gradient.dataSync()]
          expect(numbers.every(Number.isFinite)).toBe(true)
          expect(numbers.some((x) => x !== 0)).toBe(true)
        }
      })
    })

    it('stays finite, and so do its gradients, where all features are zero', () => {
      const shapes: Shapes = network(2)
      const objective = make(method, options)
      tf.tidy(() => {
        const variables = prepare(objective, shapes, shapes)
        const taps = studentTaps(objective)
        const teacher = features(shapes, 20)
        const loss = (...xs: tf.Tensor[]): tf.Scalar =>
          total(objective, { student: named(taps, xs), teacher }, variables)
        const zeros = pick(features(shapes, 1), taps).map((x) => tf.zerosLike(x))
        const { value, grads } = tf.valueAndGrads(loss)(zeros)
        for (const x of [value, ...grads]) expect([...x.dataSync()].every(Number.isFinite)).toBe(true)
      })
    })

    it('leaves no tensor behind', () => {
      const shapes = network(2)
      const objective = make(method, options)
      const run = () =>
        tf.tidy(() => {
          const variables = prepare(objective, shapes, shapes)
          termsOn(objective, { student: features(shapes, 1), teacher: features(shapes, 20) }, variables)
        })
      run()
      const before = tf.memory().numTensors
      run()
      expect(tf.memory().numTensors).toBe(before)
    })

    it('has kd as a further term when it is given a weight', () => {
      const shapes = network(2)
      const objective = make(method, { ...options, kdWeight: 0.9 })
      expect(objective.weights.kd).toBe(0.9)
      tf.tidy(() => {
        const variables = prepare(objective, shapes, shapes)
        const networks = { student: features(shapes, 1), teacher: features(shapes, 20) }
        const kd = entryOf(termsOn(objective, networks, variables), 'kd')
        expect([...kd.dataSync()].every((x) => x > 0)).toBe(true)
      })
    })

    it('wants as many taps of the teacher as of the student', () => {
      const taps = studentTaps(make(method, options))
      expect(() => make(method, { ...options, studentTaps: [...taps, 'stem'] })).toThrow(
        expect.objectContaining({ code: 'UMBRA_OPTION' }),
      )
    })

    it('refuses unknown options and negative weights', () => {
      expect(method.options.safeParse({ beta: 1 }).success).toBe(false)
      expect(method.options.safeParse({ ceWeight: -1 }).success).toBe(false)
    })
  })
}

/** What holds for every method that compares features without anything to be trained. */
export function describeRelation(name: string, method: MethodDefinition, options: object = {}): void {
  describe(`${name}, laws`, () => {
    it('is zero, with no gradient, where the student’s features are the teacher’s', () => {
      const shapes = network(2)
      const objective = make(method, options)
      tf.tidy(() => {
        prepare(objective, shapes, shapes)
        const teacher = features(shapes, 20)
        const taps = studentTaps(objective)
        const loss = (...xs: tf.Tensor[]): tf.Scalar =>
          total(objective, { student: named(taps, xs), teacher })
        const { value, grads } = tf.valueAndGrads(loss)(pick(teacher, taps).map((x) => tf.clone(x)))
        for (const x of [value, ...grads])
          expect(
            difference(x.dataSync(), new Float32Array(x.size), { relative: 0, absolute: 1e-5 }),
          ).toBeUndefined()
      })
    })

    it('gives every example the same term in any order of the batch', () => {
      const shapes = network(2)
      const objective = make(method, options)
      tf.tidy(() => {
        const variables = prepare(objective, shapes, shapes)
        const networks = { student: features(shapes, 1), teacher: features(shapes, 20) }
        const reversed = {
          student: mapValues(networks.student, (x) => tf.reverse(x, 0)),
          teacher: mapValues(networks.teacher, (x) => tf.reverse(x, 0)),
        }
        const forward = termsOn(objective, networks, variables)
        const back = termsOn(objective, reversed, variables)
        for (const term of termNames(objective))
          expect(
            difference(tf.reverse(entryOf(back, term), 0).dataSync(), entryOf(forward, term).dataSync(), {
              relative: 1e-4,
              absolute: 1e-6,
            }),
          ).toBeUndefined()
      })
    })
  })
}

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
  it('wants maps', () => {
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
  it('wants two examples', () => {
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
      const loss = (...xs: tf.Tensor[]): tf.Scalar => total(objective, { student, teacher }, named(names, xs))
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
