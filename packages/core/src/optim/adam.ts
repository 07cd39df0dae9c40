import { tf } from '../tf.js'
import type { OptimiserOptions } from '../recipe/recipe.js'
import type { Optimiser } from './optimiser.js'

/**
 * Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2), with PyTorch's conventions.
 *
 * `m <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2; w <- w - lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon)`.
 * Weight decay: adam adds `weightDecay * w` to g; adamw shrinks w by `lr * weightDecay` first.
 */
export function adam(options: Exclude<OptimiserOptions, { kind: 'sgd' }>): Optimiser {
  const { kind, beta1, beta2, epsilon, weightDecay } = options
  return {
    slots: ['m', 'v'],
    scalars: (step, lr) => ({
      rate: lr / (1 - beta1 ** step),
      // 1 / sqrt(1 - b2^t) would lose four digits in float32 at the first steps.
      rootCorrection: Math.sqrt(1 - beta2 ** step),
      shrink: 1 - lr * weightDecay,
    }),
    // The trainer hands in the slots named above and the scalars of the step.
    update: (parameter, gradient, slots, { rate, rootCorrection, shrink }) => {
      const coupled = kind === 'adam' && weightDecay > 0
      const g = coupled ? tf.add(gradient, tf.mul(parameter, weightDecay)) : gradient
      const m = tf.add(tf.mul(slots.m!, beta1), tf.mul(g, 1 - beta1))
      const v = tf.add(tf.mul(slots.v!, beta2), tf.mul(tf.square(g), 1 - beta2))
      const start = kind === 'adamw' && weightDecay > 0 ? tf.mul(parameter, shrink!) : parameter
      const size = tf.add(tf.div(tf.sqrt(v), rootCorrection!), epsilon)
      return { value: tf.sub(start, tf.mul(tf.div(m, size), rate!)), slots: { m, v } }
    },
  }
}
