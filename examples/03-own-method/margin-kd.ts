import { defineMethod, definePlugin, labelLoss, objective, oneHot, tf, z, type Plugin } from '@umbra/core'

const options = z.strictObject({
  weight: z.number().min(0).default(1).describe('Weight of the margin term'),
  cap: z.number().positive().default(5).describe('Largest margin in nats asked of the student'),
})

/**
 * Log-odds of the labelled class, `z_y - log(sum over c != y of exp(z_c))`, in nats.
 *
 * @param logits `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @returns `[batch]`
 */
const margin = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D => {
  const target = oneHot(labels, logits.shape[1])
  // 1e4 removes the labelled class from the sum without an infinity, whose gradient would be NaN.
  const others = tf.sub(logits, tf.mul(target, 1e4))
  return tf.sub(tf.sum(tf.mul(target, logits), 1), tf.logSumExp(others, 1))
}

const marginKd = defineMethod({
  id: 'margin-kd',
  title: 'Margin distillation',
  summary: 'The student becomes as sure of the labelled class as its teacher, up to a cap.',
  formula: 'L = CE(softmax(z_s), y) + weight * max(0, min(cap, margin(z_t, y)) - margin(z_s, y))',
  options,
  // What the conformance kit checks in addition to the checks of every method.
  laws: { identity: ['margin'], pull: ['margin'] },
  objective: ({ weight, cap }) =>
    objective({
      // The margin needs a labelled class: every example must have exactly one.
      labels: 'hard',
      weights: { ce: 1, margin: weight },
      terms: ({ student, teacher, target, labels }) => {
        const goal = tf.minimum(margin(teacher.logits, labels), cap)
        return {
          ce: labelLoss(student.logits, target),
          margin: tf.relu(tf.sub(goal, margin(student.logits, labels))),
        }
      },
    }),
})

export const plugin: Plugin = definePlugin({
  name: 'umbra-plugin-margin-kd',
  version: '0.1.0',
  contract: 1,
  provides: [marginKd],
})
