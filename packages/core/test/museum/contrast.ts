import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { FeedContext, Objective } from '../../src/contracts/objective.js'
import { crossEntropy } from '../../src/losses/cross-entropy.js'
import { tf } from '../../src/tf.js'
import { type MuseumPiece, wrong } from './piece.js'

const NEGATIVES = 4

/** A contrast of logits whose negatives are drawn by the samples' ids, which the feed `negatives` holds. */
const contrast = (draw: (context: FeedContext, row: number, column: number) => number): (() => Objective) => {
  return () => ({
    weights: { ce: 1, contrast: 1 },
    feeds: (context) => ({
      negatives: {
        shape: [context.ids.length, NEGATIVES],
        data: Int32Array.from({ length: context.ids.length * NEGATIVES }, (_, i) =>
          draw(context, Math.floor(i / NEGATIVES), i % NEGATIVES),
        ),
      },
    }),
    terms: ({ student, teachers, labels, feeds }) => {
      // Samples are stood for by a row of numbers that their id gives.
      const rows = tf.sin(tf.mul(tf.cast(feeds.negatives!, 'float32'), 1.7))
      const scores = tf.mul(rows, tf.mean(student.logits, 1, true))
      const positive = tf.sum<Tensor1D>(tf.mul(student.logits, teachers[0]!.logits), 1)
      return {
        terms: {
          ce: crossEntropy(tf.logSoftmax(student.logits), labels),
          contrast: tf.sub(tf.logSumExp(scores as Tensor2D, 1), positive),
        },
      }
    },
  })
}

const laws = { shifted: ['contrast'], negatives: [{ feed: 'negatives', form: 'ids' }] } as const

export const CONTRAST: readonly MuseumPiece[] = [
  {
    caughtBy: 'negatives',
    says: /a sample itself, the positive/,
    definition: wrong('positive-among-negatives', 'Negatives drawn from all samples, the positive too.', {
      laws,
      objective: contrast(({ ids, allLabels, stream }, row, column) =>
        column === 0 ? ids[row]! : stream.integer(row * NEGATIVES + column, allLabels.length),
      ),
    }),
  },
  {
    caughtBy: 'negatives',
    says: /same class among them/,
    definition: wrong(
      'same-class-negatives',
      'Negatives drawn from all other samples, of the same class too.',
      {
        laws,
        objective: contrast(({ ids, allLabels, stream }, row, column) => {
          const step = 1 + stream.integer(row * NEGATIVES + column, allLabels.length - 1)
          return (ids[row]! + step) % allLabels.length
        }),
      },
    ),
  },
  {
    caughtBy: 'negatives',
    says: /Draw from the stream alone/,
    definition: wrong('unseeded-negatives', 'Negatives drawn with Math.random: a resumed run sees others.', {
      laws: { ...laws, negatives: [] },
      objective: contrast(({ allLabels }) => Math.floor(Math.random() * allLabels.length)),
    }),
  },
]
