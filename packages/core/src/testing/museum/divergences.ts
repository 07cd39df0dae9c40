import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { klDivergence } from '../../losses/kl-divergence.js'
import { oneHot } from '../../losses/one-hot.js'
import { tf } from '../../tf.js'
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
    definition: wrong('softmax-for-log-softmax', 'The student’s probabilities where their logarithms belong.', {
      laws: promises,
      objective: withKd((s, t, temperature) => {
        const student = tf.softmax<Tensor2D>(tf.div(s, temperature))
        return squared(temperature, klDivergence(soft(t, temperature), student))
      }),
    }),
  },
  {
    caughtBy: 'identity',
    says: /must be at rest/,
    definition: wrong('softmax-twice', 'Log-softmax of what is a softmax already.', {
      laws: promises,
      objective: withKd((s, t, temperature) =>
        squared(temperature, klDivergence(soft(t, temperature), tf.logSoftmax(tf.softmax(tf.div<Tensor2D>(s, temperature))))),
      ),
    }),
  },
  {
    caughtBy: 'finite',
    says: /logarithm is taken of a softmax/,
    seenIn: 'cls_KD #13',
    definition: wrong('log-of-softmax', 'The logarithm of a softmax.', {
      laws: promises,
      objective: () => withKd((s, t, temperature) => squared(temperature, klDivergence(soft(t, temperature), logOfSoftmax(s, temperature))))({ temperature: 1, kdWeight: 1 }),
    }),
  },
  {
    caughtBy: 'pull',
    says: /probabilities are compared/,
    seenIn: 'the default loss of KD_Lib',
    definition: wrong('squared-probabilities', 'Squared difference of probabilities in place of a divergence.', {
      laws: promises,
      objective: withKd((s, t, temperature) => {
        const [a, b] = [s, t].map((logits) => tf.exp(soft(logits, temperature)))
        return squared(temperature, squared(temperature, tf.mean(tf.squaredDifference(a!, b!), 1)))
      }),
    }),
  },
  {
    caughtBy: 'shift',
    says: /constant is added/,
    definition: wrong('norm-without-mean', 'Logits divided by their length, their mean left in.', {
      laws: { identity: ['kd'] },
      objective: withKd((s, t, temperature, y) => {
        const unit = (logits: Tensor2D): Tensor2D => tf.div(logits, tf.norm(logits, 2, 1, true))
        return soundKd(unit(s), unit(t), temperature, y)
      }),
    }),
  },
  {
    caughtBy: 'gradients',
    says: /custom gradient is wrong/,
    definition: wrong('custom-gradient', 'A softmax cross-entropy whose own gradient forgets the division by T.', {
      laws: promises,
      objective: withKd((s, t, temperature, y) => {
        const forgetful = tf.customGrad<Tensor2D>((x) => ({
          value: (x as Tensor2D).clone(),
          gradFunc: (dy: tf.Tensor) => tf.mul(dy, 4),
        }))
        return soundKd(forgetful(s), t, temperature, y)
      }),
    }),
  },
  {
    caughtBy: 'precision',
    says: /nearly equal are subtracted/,
    definition: wrong('kl-by-entropies', 'KL as a difference of entropies under a huge offset.', {
      objective: withKd((s, t, temperature) => {
        const offset = (logits: Tensor2D): Tensor2D => tf.logSoftmax(tf.add(tf.div<Tensor2D>(logits, temperature), 1e5))
        return squared(temperature, klDivergence(offset(t), offset(s)))
      }),
    }),
  },
  {
    caughtBy: 'wrong-classes',
    says: /mask leaves the label in/,
    definition: wrong('mask-of-ones', 'A mask of the wrong classes that masks nothing.', {
      laws: { wrongClasses: ['kd'] },
      objective: withKd((s, t, temperature, y) => {
        const keep = tf.onesLike(oneHot(y, s.shape[1]))
        return soundKd(tf.mul(s, keep), tf.mul(t, keep), temperature, y)
      }),
    }),
  },
  {
    caughtBy: 'wrong-classes',
    says: /takes too little off/,
    seenIn: 'the released code of DKD, which takes 1000 off',
    definition: wrong('mask-by-subtraction', 'The labelled class is masked by taking 20 off its logit.', {
      laws: { wrongClasses: ['kd'] },
      objective: withKd((s, t, temperature, y) => {
        const without = (logits: Tensor2D): Tensor2D => tf.sub(logits, tf.mul(oneHot(y, s.shape[1]), 20))
        return soundKd(without(s), without(t), temperature, y)
      }),
    }),
  },
]
