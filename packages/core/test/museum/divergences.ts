import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { klDivergence } from '../../src/losses/kl-divergence.js'
import { tf } from '../../src/tf.js'
import { type MuseumPiece, promises, soft, soundKd, withKd, wrong } from './piece.js'

const squared = (temperature: tf.Scalar, loss: Tensor1D): Tensor1D => tf.mul(loss, tf.square(temperature))

/** `softmax` by hand, and then its logarithm: -Infinity where a probability underflows. */
const logOfSoftmax = (logits: Tensor2D, temperature: tf.Scalar): Tensor2D =>
  tf.log(tf.softmax(tf.div<Tensor2D>(logits, temperature)))

export const DIVERGENCES: readonly MuseumPiece[] = [
  {
    caughtBy: 'pull',
    says: /swapped/,
    seenIn: 'huggingface/trl #3043',
    definition: wrong('kl-swapped', 'KL(student || teacher).', {
      laws: promises,
      objective: withKd((s, t, temperature) =>
        squared(temperature, klDivergence(soft(s, temperature), soft(t, temperature))),
      ),
    }),
  },
  {
    caughtBy: 'pull',
    says: /averaged over the classes/,
    seenIn: 'the default reduction of KLDivLoss, in the released code of TAKD',
    definition: wrong('mean-over-classes', 'KL averaged over the classes.', {
      laws: promises,
      objective: withKd((s, t, temperature, y) => tf.div(soundKd(s, t, temperature, y), s.shape[1])),
    }),
  },
  {
    caughtBy: 'identity',
    says: /softmax where log-softmax belongs/,
    definition: wrong(
      'softmax-for-log-softmax',
      'The student’s probabilities where their logarithms belong.',
      {
        laws: promises,
        objective: withKd((s, t, temperature) => {
          const student = tf.softmax<Tensor2D>(tf.div(s, temperature))
          return squared(temperature, klDivergence(soft(t, temperature), student))
        }),
      },
    ),
  },
  {
    caughtBy: 'identity',
    says: /must be at rest/,
    definition: wrong('softmax-twice', 'Log-softmax of what is a softmax already.', {
      laws: promises,
      objective: withKd((s, t, temperature) =>
        squared(
          temperature,
          klDivergence(soft(t, temperature), tf.logSoftmax(tf.softmax(tf.div<Tensor2D>(s, temperature)))),
        ),
      ),
    }),
  },
  {
    caughtBy: 'finite',
    says: /logarithm is taken of a softmax/,
    seenIn: 'cls_KD #13',
    definition: wrong('log-of-softmax', 'The logarithm of a softmax.', {
      laws: promises,
      objective: () =>
        withKd((s, t, temperature) =>
          squared(temperature, klDivergence(soft(t, temperature), logOfSoftmax(s, temperature))),
        )({ temperature: 1, kdWeight: 1 }),
    }),
  },
  {
    caughtBy: 'pull',
    says: /probabilities are compared/,
    seenIn: 'the default loss of KD_Lib',
    definition: wrong(
      'squared-probabilities',
      'Squared difference of probabilities in place of a divergence.',
      {
        laws: promises,
        objective: withKd((s, t, temperature) => {
          const [a, b] = [s, t].map((logits) => tf.exp(soft(logits, temperature)))
          return squared(temperature, squared(temperature, tf.mean(tf.squaredDifference(a!, b!), 1)))
        }),
      },
    ),
  },
]
