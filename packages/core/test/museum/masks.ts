import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { klDivergence } from '../../src/losses/kl-divergence.js'
import { oneHot } from '../../src/tensor-ops/one-hot.js'
import { tf } from '../../src/tf.js'
import { type MuseumPiece, promises, soundKd, withKd, wrong } from './piece.js'

const squared = (temperature: tf.Scalar, loss: Tensor1D): Tensor1D => tf.mul(loss, tf.square(temperature))

export const MASKS: readonly MuseumPiece[] = [
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
    definition: wrong(
      'custom-gradient',
      'A softmax cross-entropy whose own gradient forgets the division by T.',
      {
        laws: promises,
        objective: withKd((s, t, temperature, y) => {
          const forgetful = tf.customGrad<Tensor2D>((x) => ({
            value: (x as Tensor2D).clone(),
            gradFunc: (dy: tf.Tensor) => tf.mul(dy, 4),
          }))
          return soundKd(forgetful(s), t, temperature, y)
        }),
      },
    ),
  },
  {
    caughtBy: 'precision',
    says: /nearly equal are subtracted/,
    definition: wrong('kl-by-entropies', 'KL as a difference of entropies under a huge offset.', {
      objective: withKd((s, t, temperature) => {
        const offset = (logits: Tensor2D): Tensor2D =>
          tf.logSoftmax(tf.add(tf.div<Tensor2D>(logits, temperature), 1e5))
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
