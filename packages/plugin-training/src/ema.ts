import { defineHooks, tf, type TensorRecord, z } from '@umbra/core'

/**
 * Decay of one step: `decay`, and with `warmUp` at most `(1 + step) / (10 + step)`.
 *
 * @param step 1-based, scalar
 * @param decay 0..1
 */
export const averageDecay = (step: tf.Scalar, decay: number, warmUp: boolean): tf.Scalar =>
  warmUp ? tf.minimum<tf.Scalar>(tf.div(tf.add(step, 1), tf.add(step, 10)), decay) : tf.scalar(decay)

/**
 * One step of an exponential moving average: `average <- decay * average + (1 - decay) * weights`.
 *
 * Computed as `average + (1 - decay) * (weights - average)`, so that unchanged weights stay the same to the last bit.
 *
 * @param average of the steps before, by name
 * @param weights after the step, by the same names and of the same shapes
 * @param decay scalar, 0..1
 */
export function averageStep(average: TensorRecord, weights: TensorRecord, decay: tf.Scalar): TensorRecord {
  const rest = tf.sub(1, decay)
  return Object.fromEntries(
    Object.entries(average).map(([name, before]) => {
      const weight: tf.Tensor = weights[name] ?? before
      return [name, tf.add(before, tf.mul(rest, tf.sub(weight, before)))]
    }),
  )
}

/**
 * Exponential moving average of the student's weights starting from its initial weights, including the moving statistics of batch
 * normalisation: they describe the activations of the averaged weights, not those of the latest ones.
 */
export const ema = defineHooks({
  id: 'ema',
  summary: "Exponential moving average of the student's weights, evaluated and saved in addition to them.",
  options: z.strictObject({
    decay: z.number().min(0).max(1).default(0.999).describe('fraction of the average that a step keeps'),
    warmUp: z
      .boolean()
      .default(true)
      .describe('decay at most (1 + step) / (10 + step), so that the initial weights are soon forgotten'),
  }),
  create: ({ decay, warmUp }) => ({
    weights: {
      // After hooks that change the weights: the average is of the student's final weights of the step.
      order: 'post',
      handler: {
        initial: (weights) => weights,
        step: (weights, average, { step }) => ({
          state: averageStep(average, weights, averageDecay(step, decay, warmUp)),
        }),
      },
    },
    average: (average) => average,
  }),
})
