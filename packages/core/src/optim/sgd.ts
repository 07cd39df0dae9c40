import { tf } from '../tf.js'
import type { OptimiserOptions } from '../recipe/recipe.js'
import type { Optimiser } from './optimiser.js'

/**
 * Stochastic gradient descent with PyTorch's conventions.
 *
 * `g' = g + weightDecay * w; m <- momentum * m + g'; w <- w - lr * m`, or with nesterov `w <- w - lr * (g' + momentum * m)`.
 */
export function sgd({
  momentum,
  nesterov,
  weightDecay,
}: Extract<OptimiserOptions, { kind: 'sgd' }>): Optimiser {
  return {
    slots: momentum > 0 ? ['momentum'] : [],
    scalars: (_step, lr) => ({ lr }),
    // The trainer hands in the slots named above and the scalars of the step.
    update: (parameter, gradient, slots, { lr }) => {
      const decayed = weightDecay > 0 ? tf.add(gradient, tf.mul(parameter, weightDecay)) : gradient
      if (momentum === 0) return { value: tf.sub(parameter, tf.mul(decayed, lr!)), slots: {} }
      const velocity = tf.add(tf.mul(slots.momentum!, momentum), decayed)
      const direction = nesterov ? tf.add(decayed, tf.mul(velocity, momentum)) : velocity
      return { value: tf.sub(parameter, tf.mul(direction, lr!)), slots: { momentum: velocity } }
    },
  }
}
