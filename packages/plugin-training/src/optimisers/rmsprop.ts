import { defineOptimiser, tf, z } from '@umbra/core'

/**
 * RMSprop with PyTorch's conventions: `g' = g + weightDecay * w; v <- alpha v + (1 - alpha) g'^2; d = g' / (sqrt(v) + epsilon)`, with `v - a^2`
 * in place of v where it is centred, `a <- alpha a + (1 - alpha) g'`; `b <- momentum * b + d; w <- w - lr * b`.
 */
export const rmsprop = defineOptimiser({
  id: 'rmsprop',
  summary: 'RMSprop: the gradient divided by the root of its moving mean square.',
  formula: 'v <- alpha v + (1 - alpha) g^2; b <- momentum * b + g / (sqrt(v) + epsilon); w <- w - lr * b',
  paper: { title: 'Neural Networks for Machine Learning, lecture 6e', venue: 'Coursera 2012' },
  options: z.strictObject({
    lr: z.number().positive().default(0.01).describe('learning rate, which the schedule changes'),
    alpha: z.number().min(0).max(1).default(0.99).describe('part of the mean square that a step keeps'),
    epsilon: z.number().positive().default(1e-8).describe('added to the root of the mean square'),
    momentum: z.number().min(0).max(1).default(0).describe('part of the velocity that a step keeps'),
    centred: z.boolean().default(false).describe('whether the variance takes the place of the mean square'),
    weightDecay: z.number().min(0).default(0).describe('factor of the weight that is added to its gradient'),
  }),
  create: ({ alpha, epsilon, momentum, centred, weightDecay }) => {
    const mean = (before: tf.Tensor, value: tf.Tensor): tf.Tensor =>
      tf.add(tf.mul(before, alpha), tf.mul(value, 1 - alpha))
    return {
      state: (weight) => ({
        square: tf.zerosLike(weight),
        ...(centred ? { mean: tf.zerosLike(weight) } : {}),
        ...(momentum > 0 ? { velocity: tf.zerosLike(weight) } : {}),
      }),
      // The state is what was made above.
      update: (weight, gradient, state, { learningRate }) => {
        const g = weightDecay > 0 ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient
        const square = mean(state.square!, tf.square(g))
        const first = centred ? mean(state.mean!, g) : undefined
        // Rounding may bring the variance below zero.
        const spread = first === undefined ? square : tf.relu(tf.sub(square, tf.square(first)))
        const direction = tf.div(g, tf.add(tf.sqrt(spread), epsilon))
        const velocity = momentum > 0 ? tf.add(tf.mul(state.velocity!, momentum), direction) : undefined
        return {
          weight: tf.sub(weight, tf.mul(velocity ?? direction, learningRate)),
          state: {
            square,
            ...(first === undefined ? {} : { mean: first }),
            ...(velocity === undefined ? {} : { velocity }),
          },
        }
      },
    }
  },
})
