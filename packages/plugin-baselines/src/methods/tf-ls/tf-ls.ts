import {
  type MethodDefinition,
  complement,
  defineMethod,
  klDivergence,
  labelLoss,
  objective,
  oneHot,
  positiveScheduledSchema,
  shareSchema,
  temperedKl,
  tf,
  z,
} from '@umbra/core'

const options = z.strictObject({
  correct: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.99)
    .describe('Probability a of the labelled class in the virtual teacher, between 0 and 1'),
  temperature: positiveScheduledSchema
    .default(20)
    .describe('T, above 0: softens virtual teacher and student'),
  alpha: shareSchema.default(0.1).describe('Share of the virtual teacher, 0 to 1; the labels get 1 - alpha'),
  variant: z
    .enum(['sound', 'as-released'])
    .default('sound')
    .describe(
      'as-released softens the virtual teacher’s probabilities as if they were logits, leaves the student unsoftened, and divides KL by the number of classes',
    ),
  multiplier: z
    .number()
    .min(0)
    .default(1)
    .describe('Factor of KL, 0 or more; the as-released form needs a large one'),
})

/** Distillation from a manually designed teacher. Terms: `ce`, and `kd`, the divergence from the virtual teacher. */
export const tfLs: MethodDefinition<typeof options> = defineMethod({
  id: 'tf-ls',
  title: 'Teacher-free regularisation (Tf-KD reg)',
  summary:
    'The teacher is virtual: probability a for the label, and the rest spread evenly over the other classes.',
  paper: {
    title: 'Revisiting Knowledge Distillation via Label Smoothing Regularization',
    venue: 'CVPR 2020',
    arxiv: '1909.11723',
    equations: 'section 5.2, manually designed teacher',
  },
  formula:
    'L = (1 - alpha) * CE(softmax(z_s), y) + alpha * multiplier * T^2 * KL( u_T || softmax(z_s / T) ), u_T,c proportional to u_c^(1/T), u_y = a, other u_c = (1 - a) / (C - 1)',
  teachers: { min: 0, max: 64 },
  departures: [
    'KL carries T^2, so that its gradient keeps its size when T changes; the paper’s formula has no such factor.',
    'The authors’ code takes softmax(u / T), which is flat to a few percent, and leaves the student at temperature 1; `variant: as-released` does the same, without T^2 and averaged over classes too.',
    'a = 0.99 is the authors’; T = 20 and alpha = 0.1 are among the values they search.',
  ],
  options,
  objective: ({ correct, temperature, alpha, variant, multiplier }) =>
    objective({
      // The virtual teacher is computed from the class.
      labels: 'hard',
      weights: { ce: complement(alpha), kd: alpha },
      scalars: { temperature },
      terms: ({ student: { logits }, labels, target, scalars }) => {
        const virtual = virtualTeacher(labels, logits.shape[1], correct)
        const kd =
          variant === 'sound'
            ? temperedKl(tf.log(virtual), logits, scalars.temperature)
            : releasedTerm(virtual, logits, scalars.temperature)
        return { ce: labelLoss(logits, target), kd: tf.mul(kd, multiplier) }
      },
    }),
})

/** `a` at the label, `(1 - a) / (C - 1)` elsewhere, `[batch, classes]`. */
function virtualTeacher(labels: tf.Tensor1D, classes: number, correct: number): tf.Tensor2D {
  const other = (1 - correct) / (classes - 1)
  return tf.add(tf.mul(oneHot(labels, classes), correct - other), other)
}

/** Probabilities softened as if they were logits, the student not softened, divided by the number of classes. */
function releasedTerm(virtual: tf.Tensor2D, logits: tf.Tensor2D, temperature: tf.Scalar): tf.Tensor1D {
  const target = tf.logSoftmax(tf.div<tf.Tensor2D>(virtual, temperature))
  return tf.div(klDivergence(target, tf.logSoftmax(logits)), logits.shape[1])
}
