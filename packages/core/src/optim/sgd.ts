import { defineOptimiser } from '../contracts/optimiser.js'
import { sgdOptions } from '../recipe/optimiser-options.js'
import { tf } from '../tf.js'

/**
 * Stochastic gradient descent with PyTorch's conventions.
 *
 * `g' = g + weightDecay * w; m <- momentum * m + g'; w <- w - lr * m`, or with nesterov `w <- w - lr * (g' + momentum * m)`.
 */
export const sgd = defineOptimiser({
  id: 'sgd',
  summary: 'Stochastic gradient descent with momentum.',
  formula: "g' = g + weightDecay * w; m <- momentum * m + g'; w <- w - lr * m",
  options: sgdOptions,
  create: ({ momentum, nesterov, weightDecay }) => ({
    ...(momentum > 0 ? { state: (weight) => ({ momentum: tf.zerosLike(weight) }) } : {}),
    update: (weight, gradient, state, { learningRate }) => {
      const decayed = weightDecay > 0 ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient
      if (momentum === 0) return { weight: tf.sub(weight, tf.mul(decayed, learningRate)) }
      // Made above, where there is momentum.
      const velocity = tf.add(tf.mul(state.momentum!, momentum), decayed)
      const direction = nesterov ? tf.add(decayed, tf.mul(velocity, momentum)) : velocity
      return { weight: tf.sub(weight, tf.mul(direction, learningRate)), state: { momentum: velocity } }
    },
  }),
})
