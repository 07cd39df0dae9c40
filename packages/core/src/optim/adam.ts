import type { z } from 'zod'
import { defineOptimiser, type Optimiser } from '../contracts/optimiser.js'
import { adamOptions, adamwOptions } from '../recipe/optimiser-options.js'
import { tf } from '../tf.js'

/**
 * Adam (Kingma and Ba 2015, algorithm 1), with PyTorch's conventions: `weightDecay * w` is added to the gradient.
 *
 * `m <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2; w <- w - lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon)`.
 */
export const adam = defineOptimiser({
  id: 'adam',
  summary: 'Adam: steps of about the learning rate, by two moments of the gradient.',
  formula:
    'm <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2; w <- w - lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon)',
  paper: {
    title: 'Adam: A Method for Stochastic Optimization',
    venue: 'ICLR 2015',
    arxiv: '1412.6980',
    equations: 'algorithm 1',
  },
  options: adamOptions,
  create: (options) => byMoments(options, 'coupled'),
})

/** AdamW (Loshchilov and Hutter 2019, algorithm 2), with PyTorch's conventions: w shrinks by `lr * weightDecay` first. */
export const adamw = defineOptimiser({
  id: 'adamw',
  summary: 'Adam with a weight decay of its own, which the moments do not see.',
  formula: 'w <- (1 - lr * weightDecay) w; then as adam',
  paper: {
    title: 'Decoupled Weight Decay Regularization',
    venue: 'ICLR 2019',
    arxiv: '1711.05101',
    equations: 'algorithm 2',
  },
  options: adamwOptions,
  create: (options) => byMoments(options, 'decoupled'),
})

function byMoments(
  { beta1, beta2, epsilon, weightDecay }: z.output<typeof adamOptions>,
  decay: 'coupled' | 'decoupled',
): Optimiser {
  const coupled = decay === 'coupled' && weightDecay > 0
  const decoupled = decay === 'decoupled' && weightDecay > 0
  return {
    state: (weight) => ({ m: tf.zerosLike(weight), v: tf.zerosLike(weight) }),
    scalars: (step, learningRate) => ({
      rate: learningRate / (1 - beta1 ** step),
      // 1 / sqrt(1 - b2^t) would lose four digits in float32 at the first steps.
      rootCorrection: Math.sqrt(1 - beta2 ** step),
      shrink: 1 - learningRate * weightDecay,
    }),
    // The trainer hands in the state and the scalars named above.
    update: (weight, gradient, state, { rate, rootCorrection, shrink }) => {
      const g = coupled ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient
      const m = tf.add(tf.mul(state.m!, beta1), tf.mul(g, 1 - beta1))
      const v = tf.add(tf.mul(state.v!, beta2), tf.mul(tf.square(g), 1 - beta2))
      const start = decoupled ? tf.mul(weight, shrink!) : weight
      const size = tf.add(tf.div(tf.sqrt(v), rootCorrection!), epsilon)
      return { weight: tf.sub(start, tf.mul(tf.div(m, size), rate!)), state: { m, v } }
    },
  }
}
