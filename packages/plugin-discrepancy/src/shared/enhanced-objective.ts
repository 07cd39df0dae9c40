import {
  type Objective,
  type Paper,
  type PartLookup,
  type Scheduled,
  complement,
  composeTargets,
  labelLoss,
  objective,
  positiveScheduledSchema,
  scheduledAtLeast,
  shareSchema,
  softCrossEntropy,
  tf,
  z,
} from '@umbra/core'
import { discrepancyGap } from '../relations/discrepancy.js'
import { interClassRelation, intraClassRelation } from '../relations/correlation.js'

/** Options of a part, checked by that part when it is looked up. */
const partOptions = (of: string) =>
  z.record(z.string(), z.unknown()).default({}).describe(`Options of the ${of}, as defined by its schema`)

/** Option of a weight that may be 0. */
export const optionalWeight = (value: number, of: string) =>
  scheduledAtLeast(0).default(value).describe(`Weight of ${of}, 0 or more; 0 leaves the term out`)

/** Options of `enhanced` and `discrepancy`. */
export const enhancedOptions = z.strictObject({
  softening: z.string().min(1).default('ats').describe('Id of the softening of the teacher’s logits'),
  softeningOptions: partOptions('softening'),
  enhancement: z
    .string()
    .min(1)
    .default('power')
    .describe('Id of the enhancement of the softened targets, or none'),
  enhancementOptions: partOptions('enhancement'),
  lambda: shareSchema.default(0.5).describe('Share of the soft targets, 0 to 1; the labels get 1 - lambda'),
  studentTemperature: positiveScheduledSchema
    .default(1)
    .describe('tau_s, above 0: softens the student in all terms except the label term'),
  interWeight: optionalWeight(0, 'the inter-class relation with the target'),
  intraWeight: optionalWeight(0, 'the intra-class relation with the target'),
  discrepancyWeight: optionalWeight(0, 'the squared gap of the log inherent variances'),
})

/** Softened and enhanced targets. Terms: `ce`, `softCe`, and `inter`, `intra` and `gap` where they have a weight. */
export function enhancedObjective(options: z.output<typeof enhancedOptions>, parts: PartLookup): Objective {
  const { lambda, studentTemperature } = options
  const targets = composeTargets(parts, options)
  const weights = {
    inter: unlessZero(options.interWeight),
    intra: unlessZero(options.intraWeight),
    gap: unlessZero(options.discrepancyWeight),
  }
  return objective({
    labels: 'hard',
    weights: { ce: complement(lambda), softCe: lambda, ...weights },
    scalars: { ...targets.scalars, studentTemperature },
    prepare: ({ classes }) => ({ state: targets.state(classes) }),
    terms: ({ student, teacher, target, labels, scalars, state }) => {
      const t = scalars.studentTemperature
      const soft = targets.apply(teacher.logits, labels, scalars, state)
      const logStudent: tf.Tensor2D = tf.logSoftmax(tf.div(student.logits, t))
      const term = (name: keyof typeof weights, value: () => tf.Tensor1D) =>
        weights[name] === undefined ? undefined : value()
      const terms = {
        ce: labelLoss(student.logits, target),
        softCe: tf.mul<tf.Tensor1D>(softCrossEntropy(soft.logProbabilities, logStudent), tf.square(t)),
        inter: term('inter', () => interClassRelation(tf.exp(logStudent), soft.probabilities)),
        intra: term('intra', () => intraClassRelation(tf.exp(logStudent), soft.probabilities)),
        gap: term('gap', () => discrepancyGap(logStudent, soft.logProbabilities, labels)),
      }
      return [terms, soft.state ?? {}]
    },
  })
}

const unlessZero = (weight: Scheduled): Scheduled | undefined => (weight === 0 ? undefined : weight)

/** The loss of `enhanced` and `discrepancy` in plain text. */
export const enhancedFormula =
  'L = (1 - lambda) * CE + lambda * tau_s^2 * ( - sum_c p_c log softmax(z_s / tau_s)_c ) + interWeight * (1 - rho(s, p)) + intraWeight * mean over classes (1 - rho(columns)) + discrepancyWeight * (log IV_s - log IV_p)^2, p = enhance(soften(z_t, y), y)'

/** Source of the enhancement of soft targets. */
export const enhancedPaper: Paper = {
  title: 'Exploring Dark Knowledge under Various Teacher Capacities and Addressing Capacity Mismatch',
  venue: 'Frontiers of Computer Science 20(6), 2026',
  arxiv: '2405.13078',
}
