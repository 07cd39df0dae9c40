import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { tf } from '../../src/tf.js'
import { type Kd, type MuseumPiece, promises, soundKd, withKd, wrong } from './piece.js'

/** The same number for every example. */
const spread = (value: tf.Tensor, like: Tensor2D): Tensor1D => tf.mul(tf.ones([like.shape[0]]), value)

const confident: Kd = (s, t, temperature, y) => {
  const sure = tf.max(tf.softmax(t), 1)
  const mask = tf.cast(tf.greater(sure, 0.5), 'float32')
  return tf.mul(spread(tf.mean(soundKd(s, t, temperature, y)), s), mask)
}

export const BATCHES: readonly MuseumPiece[] = [
  {
    caughtBy: 'batch-size',
    says: /summed over the batch/,
    definition: wrong('sum-over-batch', 'Summed over the batch where the mean belongs.', {
      laws: { identity: ['kd'] },
      objective: withKd((s, t, temperature, y) => spread(tf.sum(soundKd(s, t, temperature, y)), s)),
    }),
  },
  {
    caughtBy: 'batch-split',
    says: /averages over the batch itself/,
    seenIn: 'huggingface/trl #4105',
    definition: wrong(
      'batch-mean-within',
      'Divided by the batch within the terms, and by the trainer again.',
      {
        laws: { identity: ['kd'] },
        objective: withKd((s, t, temperature, y) => tf.div(soundKd(s, t, temperature, y), s.shape[0])),
      },
    ),
  },
  {
    caughtBy: 'batch-split',
    says: /Term "kd"/,
    seenIn: 'the released code of MLKD',
    definition: wrong('mask-of-a-mean', 'A mask of examples, multiplied by a mean that has them all.', {
      objective: withKd(confident),
    }),
  },
  {
    caughtBy: 'terms',
    says: /one value an example/,
    definition: wrong('scalar-term', 'A mean where one value an example belongs.', {
      laws: promises,
      objective: withKd(
        (s, t, temperature, y) => tf.mean<tf.Tensor>(soundKd(s, t, temperature, y)) as Tensor1D,
      ),
    }),
  },
  {
    caughtBy: 'batch-order',
    says: /Neighbours in the batch/,
    seenIn: 'the released code of CC',
    definition: wrong('neighbours', 'Differences of neighbours in the batch are multiplied.', {
      objective: withKd((s, t) => {
        const gap = tf.abs(tf.sub(s, t))
        const [batch, classes] = s.shape
        const next = tf.concat([
          tf.slice(gap, [1, 0], [batch - 1, classes]),
          tf.slice(gap, [0, 0], [1, classes]),
        ])
        return tf.sum(tf.mul(gap, next), 1)
      }),
    }),
  },
  {
    caughtBy: 'terms',
    says: /names of the weights/,
    definition: wrong('misnamed-term', 'A term under another name than its weight.', {
      objective: ({ temperature }) => ({
        weights: { ce: 1, soft: 1 },
        scalars: { temperature },
        terms: withKd(soundKd)({ temperature, kdWeight: 1 }).terms,
      }),
    }),
  },
]
