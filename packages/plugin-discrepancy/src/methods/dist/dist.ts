import {
  type MethodDefinition,
  defineMethod,
  labelLoss,
  objective,
  positiveScheduledSchema,
  scheduledAtLeast,
  tf,
  z,
} from '@umbra/core'
import { interClassRelation, intraClassRelation } from '../../relations/correlation.js'

const options = z.strictObject({
  temperature: positiveScheduledSchema
    .default(4)
    .describe('tau, above 0: softens both networks; 4 on CIFAR, 1 on ImageNet'),
  ceWeight: scheduledAtLeast(0).default(1).describe('Weight of the cross-entropy with the labels, 0 or more'),
  interWeight: scheduledAtLeast(0)
    .default(2)
    .describe('Weight of tau^2 times the inter-class relation, 0 or more'),
  intraWeight: scheduledAtLeast(0)
    .default(2)
    .describe('Weight of tau^2 times the intra-class relation, 0 or more'),
})

/** DIST. Terms: `ce`, and `inter` and `intra`, both times tau^2. */
export const dist: MethodDefinition<typeof options> = defineMethod({
  id: 'dist',
  title: 'Distillation from a stronger teacher',
  summary:
    'The student’s probabilities correlate with the teacher’s, within samples and within classes, without being equal.',
  paper: {
    title: 'Knowledge Distillation from A Stronger Teacher',
    venue: 'NeurIPS 2022',
    arxiv: '2205.10536',
    equations: '8 to 10',
  },
  formula:
    'L = ceWeight * CE + interWeight * tau^2 * mean over samples (1 - rho(p_s, p_t)) + intraWeight * tau^2 * mean over classes (1 - rho(columns of p_s, p_t)), p = softmax(z / tau), rho Pearson’s correlation',
  departures: [
    'Follows the authors’ code: both relations are multiplied by tau^2, their weight is 2, and 1e-8 is added to the product of lengths, so that a constant row or column has correlation 0.',
  ],
  options,
  objective: ({ temperature, ceWeight, interWeight, intraWeight }) =>
    objective({
      weights: { ce: ceWeight, inter: interWeight, intra: intraWeight },
      scalars: { temperature },
      terms: ({ student, teacher, target, scalars }) => {
        const t = scalars.temperature
        const soft = (logits: tf.Tensor2D): tf.Tensor2D => tf.softmax(tf.div(logits, t))
        const pair = [soft(student.logits), soft(teacher.logits)] as const
        const scaled = (loss: tf.Tensor1D): tf.Tensor1D => tf.mul(loss, tf.square(t))
        return {
          ce: labelLoss(student.logits, target),
          inter: scaled(interClassRelation(...pair)),
          intra: scaled(intraClassRelation(...pair)),
        }
      },
    }),
})
