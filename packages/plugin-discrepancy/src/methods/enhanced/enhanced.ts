import {
  type MethodDefinition,
  type Objective,
  type PartLookup,
  type Scheduled,
  complement,
  composeTargets,
  crossEntropy,
  defineMethod,
  positiveScheduledSchema,
  scheduledAtLeast,
  shareSchema,
  softCrossEntropy,
  tf,
  z,
} from '@umbra/core'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { discrepancyGap } from '../relations/discrepancy.js'
import { interClassRelation, intraClassRelation } from '../relations/correlation.js'
import { sameClasses } from '../same-classes.js'

/** Options of a part: checked by the part itself when it is looked up. */
const partOptions = (of: string) =>
  z.record(z.string(), z.unknown()).default({}).describe(`Options of the ${of}, as its own schema has them`)

const weight = (value: number, of: string) =>
  scheduledAtLeast(0).default(value).describe(`Weight of ${of}, 0 or more; 0 leaves the term out`)

const options = z.strictObject({
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
    .describe('tau_s, above 0: softens the student in all terms but the one with the labels'),
  interWeight: weight(0, 'the inter-class relation with the target'),
  intraWeight: weight(0, 'the intra-class relation with the target'),
  discrepancyWeight: weight(0, 'the squared gap of the log inherent variances'),
})

type Options = z.output<typeof options>

/** Softened and enhanced targets. Terms: `ce`, `softCe`, and `inter`, `intra` and `gap` where they have a weight. */
function enhancedObjective(chosen: Options, parts: PartLookup): Objective {
  const { lambda, studentTemperature, interWeight, intraWeight, discrepancyWeight } = chosen
  const targets = composeTargets(parts, chosen)
  const extra = Object.entries({ inter: interWeight, intra: intraWeight, gap: discrepancyWeight }).filter(
    ([, value]) => value !== 0,
  )
  return {
    weights: { ce: complement(lambda), softCe: lambda, ...Object.fromEntries<Scheduled>(extra) },
    scalars: { ...targets.scalars, studentTemperature },
    prepare: (shapes) => {
      sameClasses(shapes)
      return { state: targets.state(shapes.classes) }
    },
    terms: ({ student, teachers, labels, scalars }, _variables, state) => {
      const t = scalars.studentTemperature!
      const target = targets.apply(teachers[0]!.logits, labels, scalars, state)
      const logStudent: Tensor2D = tf.logSoftmax(tf.div(student.logits, t))
      const measures: Record<string, () => Tensor1D> = {
        inter: () => interClassRelation(tf.exp(logStudent), target.probabilities),
        intra: () => intraClassRelation(tf.exp(logStudent), target.probabilities),
        gap: () => discrepancyGap(logStudent, target.logProbabilities, labels),
      }
      return {
        terms: {
          ce: crossEntropy(tf.logSoftmax(student.logits), labels),
          softCe: tf.mul(softCrossEntropy(target.logProbabilities, logStudent), tf.square(t)),
          ...Object.fromEntries(extra.map(([name]) => [name, measures[name]!()])),
        },
        ...(target.state !== undefined && { state: target.state }),
      }
    },
  }
}

const formula =
  'L = (1 - lambda) * CE + lambda * tau_s^2 * ( - sum_c p_c log softmax(z_s / tau_s)_c ) + interWeight * (1 - rho(s, p)) + intraWeight * mean over classes (1 - rho(columns)) + discrepancyWeight * (log IV_s - log IV_p)^2, p = enhance(soften(z_t, y), y)'

const paper = {
  title: 'Exploring Dark Knowledge under Various Teacher Capacities and Addressing Capacity Mismatch',
  venue: 'Frontiers of Computer Science 20(6), 2026',
  arxiv: '2405.13078',
}

/** Any softening with any enhancement. */
export const enhanced: MethodDefinition<typeof options> = defineMethod({
  id: 'enhanced',
  title: 'Enhanced soft targets',
  summary: 'Softened teacher probabilities whose wrong classes are made more distinct.',
  paper,
  formula,
  teachers: { min: 1, max: 1 },
  departures: [
    'The paper’s text on enhancement could not be read: `power`, `match` and `fuse` are this project’s definitions.',
    'The relations and the gap of variances are off by default.',
  ],
  options,
  objective: enhancedObjective,
})

const discrepancyOptions = options.extend({
  softening: options.shape.softening.default('shared'),
  enhancement: options.shape.enhancement.default('none'),
  discrepancyWeight: weight(0.1, 'the squared gap of the log inherent variances'),
})

/** Soft targets and the discrepancy term. */
export const discrepancyTerm: MethodDefinition<typeof discrepancyOptions> = defineMethod({
  id: 'discrepancy',
  title: 'Soft targets with a discrepancy term',
  summary:
    'Beside matching the soft targets, the student’s wrong classes are to be as spread as the target’s.',
  paper,
  formula,
  teachers: { min: 1, max: 1 },
  departures: ['The discrepancy term is this project’s definition; its weight 0.1 is a first guess.'],
  options: discrepancyOptions,
  objective: enhancedObjective,
})
