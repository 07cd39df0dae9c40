import { type MethodDefinition, entryOf, tf } from '@umbra/core'
import { describe, expect, it } from 'vitest'
import {
  type Shapes,
  BATCH,
  features,
  make,
  named,
  network,
  pick,
  prepare,
  studentTaps,
  termsOn,
  totalOf,
} from './feature-networks.js'

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
          return totalOf(objective, networks, named(names, xs))
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
          totalOf(objective, { student: named(taps, xs), teacher }, variables)
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

    describeOptions(method, options)
  })
}

/** The common options of such a method. */
function describeOptions(method: MethodDefinition, options: object): void {
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

  it('needs the same number of taps for teacher and student', () => {
    const taps = studentTaps(make(method, options))
    expect(() => make(method, { ...options, studentTaps: [...taps, 'stem'] })).toThrow(
      expect.objectContaining({ code: 'UMBRA_OPTION' }),
    )
  })

  it('refuses unknown options and negative weights', () => {
    expect(method.options.safeParse({ beta: 1 }).success).toBe(false)
    expect(method.options.safeParse({ ceWeight: -1 }).success).toBe(false)
  })
}
