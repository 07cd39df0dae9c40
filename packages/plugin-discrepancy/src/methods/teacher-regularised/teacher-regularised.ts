import {
  type MethodDefinition,
  defineMethod,
  labelLoss,
  objective,
  scheduledAtLeast,
  tf,
  z,
} from '@umbra/core'

/** Negative entropy of the prediction: `sum_c p_c log p_c`, nats, `[batch]`. @see Pereyra et al., arXiv 1701.06548 */
export function confidencePenalty(logits: tf.Tensor2D): tf.Tensor1D {
  const logs: tf.Tensor2D = tf.logSoftmax(logits)
  return tf.sum(tf.mul(tf.exp(logs), logs), 1)
}

/** Mean square of the logits: `sum_c z_c^2 / C`, `[batch]`. */
export const logitNorm = (logits: tf.Tensor2D): tf.Tensor1D => tf.mean(tf.square(logits), 1)

const options = z.strictObject({
  regulariser: z
    .enum(['confidence-penalty', 'logit-norm'])
    .default('confidence-penalty')
    .describe('R: the negative entropy of the prediction, or the mean square of the logits'),
  eta: scheduledAtLeast(0).default(0.1).describe('Weight of R, 0 or more'),
})

/** A teacher trained against over-confidence. Terms: `ce`, `penalty`. */
export const teacherRegularised: MethodDefinition<typeof options> = defineMethod({
  id: 'teacher-regularised',
  title: 'Regularised teacher',
  summary: 'Trains a future teacher on labels, with a penalty on over-confidence.',
  paper: {
    title: 'Exploring Dark Knowledge under Various Teacher Capacities and Addressing Capacity Mismatch',
    venue: 'Frontiers of Computer Science 20(6), 2026',
    arxiv: '2405.13078',
  },
  formula: 'L = CE + eta * R, R = sum_c p_c log p_c (confidence penalty) or sum_c z_c^2 / C (logit norm)',
  teachers: { min: 0, max: 64 },
  departures: [
    'The paper’s regularisers could not be read; these two and eta = 0.1 are this project’s choice.',
  ],
  options,
  objective: ({ regulariser, eta }) =>
    objective({
      weights: { ce: 1, penalty: eta },
      terms: ({ student, target }) => ({
        ce: labelLoss(student.logits, target),
        penalty: (regulariser === 'logit-norm' ? logitNorm : confidencePenalty)(student.logits),
      }),
    }),
})
