import {
  type LabelTarget,
  type MethodDefinition,
  defineMethod,
  labelLoss,
  objective,
  oneHot,
  tf,
  z,
} from '@umbra/core'

const options = z.strictObject({
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Share of the target spread evenly over all classes, 0 up to but not 1'),
})

/**
 * Cross-entropy with the labels and no distillation: `-(1 - e) log s_y - e mean_c log s_c`, `e` the label smoothing.
 *
 * Teachers are ignored, so that it can be compared with methods that use them. Term: `ce`.
 */
export const ce: MethodDefinition<typeof options> = defineMethod({
  id: 'ce',
  title: 'Cross-entropy, no distillation',
  summary: 'The student trained on labels only: the baseline that every method must beat.',
  formula: 'L = CE(softmax(z_s), (1 - labelSmoothing) * onehot(y) + labelSmoothing / C)',
  teachers: { min: 0, max: 64 },
  options,
  objective: ({ labelSmoothing }) =>
    objective({
      weights: { ce: 1 },
      terms: ({ student: { logits }, target }) => ({
        ce: labelLoss(
          logits,
          labelSmoothing === 0 ? target : smoothed(target, labelSmoothing, logits.shape[1]),
        ),
      }),
    }),
})

/** `(1 - e) y + e / classes` of each label. */
function smoothed(target: LabelTarget, share: number, classes: number): LabelTarget {
  const sharp = target.probabilities ?? oneHot(target.labels, classes)
  return { ...target, probabilities: tf.add(tf.mul(sharp, 1 - share), share / classes) }
}
