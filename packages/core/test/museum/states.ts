import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import type { Objective } from '../../src/contracts/objective.js'
import { crossEntropy } from '../../src/losses/cross-entropy.js'
import { tf } from '../../src/tf.js'
import { type MuseumPiece, soundKd, wrong } from './piece.js'

/** A moving mean of the teacher's logits as state, by which the student is judged too. */
const withState = (
  next: (state: Tensor, teacher: Tensor2D) => Readonly<Record<string, Tensor>> | undefined,
): ((chosen: { temperature: number; kdWeight: number }) => Objective) => {
  return ({ temperature, kdWeight }) => ({
    weights: { ce: 1, kd: kdWeight },
    scalars: { temperature },
    prepare: ({ classes }) => ({ state: { centre: tf.zeros([1, classes]) } }),
    terms: ({ student, teachers, labels, scalars }, _variables, { centre }) => {
      const teacher = teachers[0]!.logits
      const state = next(centre!, teacher)
      const kd = soundKd(student.logits, tf.sub(teacher, centre!), scalars.temperature!, labels)
      return {
        terms: { ce: crossEntropy(tf.logSoftmax(student.logits), labels), kd },
        ...(state === undefined ? {} : { state }),
      }
    },
  })
}

const moved = (centre: Tensor, teacher: Tensor2D): Tensor =>
  tf.add(tf.mul(centre, 0.9), tf.mul(tf.mean(teacher, 0, true), 0.1))

export const STATES: readonly MuseumPiece[] = [
  {
    caughtBy: 'purity',
    says: /changed in place/,
    definition: wrong('state-in-place', 'State assigned by the terms.', {
      objective: withState((centre, teacher) => {
        if (centre instanceof tf.Variable) centre.assign(moved(centre, teacher))
        return undefined
      }),
    }),
  },
  {
    caughtBy: 'state',
    says: /do not return its new value/,
    definition: wrong('state-forgotten', 'The new state is computed and not returned.', {
      objective: withState((centre, teacher) => {
        moved(centre, teacher)
        return undefined
      }),
    }),
  },
]
