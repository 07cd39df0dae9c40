import { type MethodDefinition, entryOf, tf } from '@umbra/core'
import { difference } from '@umbra/testing'
import { describe, expect, it } from 'vitest'
import {
  features,
  make,
  mapValues,
  named,
  network,
  pick,
  prepare,
  studentTaps,
  termNames,
  termsOn,
  totalOf,
} from './feature-networks.js'

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
          totalOf(objective, { student: named(taps, xs), teacher })
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
