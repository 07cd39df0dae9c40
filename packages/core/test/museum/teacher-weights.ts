import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { defineWeighting } from '../../src/contracts/parts.js'
import { crossEntropy } from '../../src/losses/cross-entropy.js'
import { tf } from '../../src/tf.js'
import { type MuseumPiece, soundKd, withKd, wrong } from './piece.js'

/** `1 - H_k / sum H`: sums to the number of teachers less one. */
const entropyWeights = (teachers: readonly Tensor2D[]): Tensor2D => {
  const entropies = teachers.map((logits): Tensor1D => {
    const logs = tf.logSoftmax(logits)
    return tf.neg(tf.sum(tf.mul(tf.exp(logs), logs), 1))
  })
  const all = tf.stack(entropies, 1) as Tensor2D
  return tf.sub(1, tf.div(all, tf.sum(all, 1, true)))
}

/** Several teachers' terms, `[batch, teachers]`, to one. */
const several = (combine: (each: Tensor2D, logits: readonly Tensor2D[]) => Tensor1D) =>
  withKd(soundKd, {
    terms: ({ student, teachers, labels, scalars }) => {
      const logits = teachers.map((teacher) => teacher.logits)
      const each = logits.map((z) => soundKd(student.logits, z, scalars.temperature!, labels))
      const ce = crossEntropy(tf.logSoftmax(student.logits), labels)
      return { terms: { ce, kd: combine(tf.stack(each, 1) as Tensor2D, logits) } }
    },
  })

const MANY = { min: 1, max: 8 }

export const TEACHER_WEIGHTS: readonly MuseumPiece[] = [
  {
    caughtBy: 'teachers',
    says: /do not sum to 1/,
    seenIn: 'the released entropy weights compared with CA-MKD',
    definition: wrong('weights-sum-to-k-less-one', 'Weights of teachers that sum to K - 1.', {
      teachers: MANY,
      objective: several((each, logits) => tf.sum(tf.mul(each, entropyWeights(logits)), 1)),
    }),
  },
  {
    caughtBy: 'mass',
    says: /must sum to 1/,
    seenIn: 'the same, as a weighting',
    definition: defineWeighting({
      id: 'entropy-unnormalised',
      summary: 'One minus the share of the entropy.',
      options: z.strictObject({}),
      create: () => ({ apply: entropyWeights }),
    }),
  },
  {
    caughtBy: 'teachers',
    says: /2 times as large/,
    definition: wrong('sum-over-teachers', 'The sum over teachers in place of their mean.', {
      teachers: MANY,
      objective: several((each) => tf.sum(each, 1)),
    }),
  },
  {
    caughtBy: 'teachers',
    says: /0\.5 times as large/,
    seenIn: 'the released weights of CA-MKD',
    definition: wrong('divided-by-k-again', 'Weights that sum to 1, and a mean over teachers on top.', {
      teachers: MANY,
      objective: several((each) => tf.div(tf.mean(each, 1), each.shape[1])),
    }),
  },
]
