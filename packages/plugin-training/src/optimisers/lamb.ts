import { defineOptimiser, tf, z } from '@umbra/core'

/**
 * LAMB (You et al. 2020, algorithm 2): Adam's direction with a decay, `r = m' / (sqrt(v') + epsilon) + weightDecay * w`, made as long for each weight
 * tensor as the tensor itself: `w <- w - lr * |w| / |r| * r`. The ratio is 1 where either length is 0.
 */
export const lamb = defineOptimiser({
  id: 'lamb',
  summary: 'LAMB: steps in proportion to the length of each weight tensor, for large batches.',
  formula:
    'r = m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon) + weightDecay * w; w <- w - lr * |w| / |r| * r',
  paper: {
    title: 'Large Batch Optimization for Deep Learning: Training BERT in 76 minutes',
    venue: 'ICLR 2020',
    arxiv: '1904.00962',
    equations: 'algorithm 2',
  },
  options: z.strictObject({
    lr: z.number().positive().default(0.002).describe('learning rate, which the schedule changes'),
    beta1: z.number().min(0).max(1).default(0.9).describe('part of the first moment that a step keeps'),
    beta2: z.number().min(0).max(1).default(0.999).describe('part of the second moment that a step keeps'),
    epsilon: z.number().positive().default(1e-6).describe('added to the root of the second moment'),
    weightDecay: z.number().min(0).default(0.01).describe('factor of the weight in the direction'),
  }),
  create: ({ beta1, beta2, epsilon, weightDecay }) => ({
    state: (weight) => ({ m: tf.zerosLike(weight), v: tf.zerosLike(weight) }),
    scalars: (step) => ({
      correction: 1 / (1 - beta1 ** step),
      rootCorrection: Math.sqrt(1 - beta2 ** step),
    }),
    // State and scalars are those made above.
    update: (weight, gradient, state, { learningRate, correction, rootCorrection }) => {
      const m = tf.add(tf.mul(state.m!, beta1), tf.mul(gradient, 1 - beta1))
      const v = tf.add(tf.mul(state.v!, beta2), tf.mul(tf.square(gradient), 1 - beta2))
      const size = tf.add(tf.div(tf.sqrt(v), rootCorrection!), epsilon)
      const adam = tf.div(tf.mul(m, correction!), size)
      const direction = weightDecay > 0 ? tf.add(adam, tf.mul(weight, weightDecay)) : adam
      const [own, step] = [lengthOf(weight), lengthOf(direction)]
      const known = tf.logicalAnd(tf.greater(own, 0), tf.greater(step, 0))
      const ratio = tf.where(known, tf.divNoNan(own, step), tf.onesLike(own))
      return { weight: tf.sub(weight, tf.mul(direction, tf.mul(learningRate, ratio))), state: { m, v } }
    },
  }),
})

const lengthOf = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.square(x)))
