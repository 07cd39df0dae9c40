import {
  type GoldenCase,
  type GoldenDefinition,
  type PartLookup,
  UmbraError,
  defineGolden,
  detach,
  tf,
  z,
} from '@umbra/core'
import { goldenHyper, goldenInput, goldenInputs, goldenLabels } from '@umbra/core/testing'
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { hintWeights, squaredGap, weightedHints } from '../hints/hint-terms.js'
import { mkd } from '../methods/mkd.js'
import { adaptive } from '../weightings/adaptive.js'
import { average } from '../weightings/average.js'
import { confidence } from '../weightings/confidence.js'
import { entropy } from '../weightings/entropy.js'

const options = z.strictObject({})
const hyper = z.strictObject({
  T: z.number(),
  gamma_ce: z.number(),
  alpha_kd: z.number(),
  teachers: z.int().min(1).optional(),
})
/** Of AEKD: the cap and the same as nu of a one-class support vector machine, `C = 1 / (nu K)`. */
const adaptiveHyper = hyper.extend({
  C: z.number().gt(0).optional(),
  nu: z.number().gt(0).max(1).optional(),
  svm_norm: z.literal(false).optional(),
})
const hintHyper = hyper.extend({
  beta_hint: z.number(),
  /** 1-based; the hints count from the second. */
  epoch: z.int().min(1).default(2),
})
type Given = z.output<typeof adaptiveHyper> & Partial<z.output<typeof hintHyper>>

const known = [average, entropy, confidence, adaptive]

const own: PartLookup = {
  softening: () => {
    throw new TypeError('no softening')
  },
  enhancement: () => {
    throw new TypeError('no enhancement')
  },
  weighting: (id, given) => {
    const found = known.find((weighting) => weighting.id === id)!
    return found.create(found.options.parse(given))
  },
}

/** The largest weight of a case of AEKD, and its temperature; undefined for the others. */
function capOf(golden: GoldenCase, { C, nu }: Given, teachers: number): number | undefined {
  if (nu === undefined) return C
  const cap = 1 / (nu * teachers)
  if (C !== undefined && Math.abs(cap - C) > 1e-6 * C)
    throw new UmbraError('UMBRA_FILE_CORRUPT', {
      subject: `golden case "${golden.id}"`,
      expected: `nu = 1 / (C K) = ${1 / (C * teachers)}`,
      received: String(nu),
    })
  return cap
}

const logitsGolden = (
  id: string,
  weighting: string,
  summary: string,
  schema: z.ZodType<Given> = hyper,
): GoldenDefinition<typeof options> =>
  defineGolden({
    id,
    summary,
    options,
    evaluate: (golden) =>
      tf.tidy(() => {
        const given = goldenHyper(golden, schema)
        const { T, gamma_ce, alpha_kd, beta_hint, epoch = 1 } = given
        const teachers = goldenInputs(golden, 'teacher_logits_', given.teachers) as Tensor2D[]
        const C = weighting === 'adaptive' ? (capOf(golden, given, teachers.length) ?? 1) : undefined
        const count = teachers.length
        const method = mkd.options.parse({
          weighting,
          weightingOptions: C === undefined ? {} : { cap: C, temperature: T },
          temperature: T,
          variant: 'as-released',
        })
        const objective = mkd.objective(method, own)
        const labels = goldenLabels(golden)
        const student = goldenInput(golden, 'student_logits') as Tensor2D
        const terms = (logits: Tensor2D) =>
          objective.terms(
            {
              labels,
              ids: tf.range(0, logits.shape[0], 1, 'int32'),
              student: { logits, taps: {} },
              teachers: teachers.map((z) => ({ logits: z, taps: {} })),
              peers: [],
              feeds: {},
              scalars: { temperature: tf.scalar(T) },
              seed: tf.tensor1d([0, 0], 'int32'),
            },
            {},
            {},
          ).terms
        // The regressed feature is an input of the case, so only the weighted sum is ours to compute.
        const hints = (): Scalar => {
          const feature = goldenInput(golden, 'student_feat')
          const gaps = goldenInputs(golden, 'teacher_feat_', count).map((hint) => squaredGap(feature, hint))
          return tf.mul(tf.mean(weightedHints(gaps, average.create({}).apply(teachers, labels))), beta_hint!)
        }
        const { value, grad } = tf.valueAndGrad((x: Tensor): Scalar => {
          const { ce, kd } = terms(x as Tensor2D)
          const logits = tf.add<Scalar>(tf.mul(tf.mean(ce!), gamma_ce), tf.mul(tf.mean(kd!), alpha_kd))
          return beta_hint === undefined || epoch < 2 ? logits : tf.add(logits, detach(hints()))
        })(student)
        return {
          loss: value,
          terms: { loss_div: tf.mean(terms(student).kd!) },
          ...(C !== undefined && {
            extra: {
              weights: tf.mean(
                adaptive
                  .create(adaptive.options.parse({ cap: C, temperature: T }))
                  .apply(teachers, labels, student),
                0,
              ),
            },
          }),
          grads: {
            student_logits: grad,
            ...(beta_hint !== undefined && {
              student_feat: tf.zerosLike(goldenInput(golden, 'student_feat')),
            }),
          },
        }
      }),
  })

export const averageGolden = logitsGolden('aver_mkd', 'average', 'Method mkd with equal weights.')
export const entropyGolden = logitsGolden(
  'ebkd',
  'entropy',
  'Method mkd with weighting entropy, as released.',
)
export const confidenceGolden = logitsGolden(
  'camkd_logits',
  'confidence',
  'Method mkd with weighting confidence, as released.',
)
export const adaptiveGolden = logitsGolden(
  'aekd',
  'adaptive',
  'Method mkd with weighting adaptive.',
  adaptiveHyper,
)
export const hintGolden = logitsGolden(
  'fitnet_mkd',
  'average',
  'Method mkd with equal weights, plus the hints of mkd-hint, detached as released.',
  hintHyper,
)

/** Cases of `camkd_features`: hints weighted by the classifiers on the student's feature, as released. */
export const confidenceHintGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'camkd_features',
  summary:
    'Hints weighted by how well each teacher’s classifier does with the student’s feature, as released.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { teachers } = goldenHyper(golden, z.strictObject({ teachers: z.int().min(2).optional() }))
      const labels: Tensor1D = goldenLabels(golden)
      const hints = goldenInputs(golden, 'teacher_feat_', teachers)
      const count = hints.length
      const names = ['projected_student', 'projected_logits'].flatMap((name) =>
        Array.from({ length: count }, (_, k) => `${name}_${k}`),
      )
      const inputs = names.map((name) => goldenInput(golden, name))
      const { value, grads } = tf.valueAndGrads((...given: Tensor[]): Scalar => {
        const gaps = hints.map((hint, k) => squaredGap(given[k]!, hint))
        return tf.mean(
          weightedHints(gaps, hintWeights(given.slice(count) as Tensor2D[], labels, 'as-released')),
        )
      })(inputs)
      const weights = hintWeights(inputs.slice(count) as Tensor2D[], labels, 'sound')
      return {
        loss: value,
        extra: { weights: tf.transpose(weights) },
        grads: Object.fromEntries(names.map((name, i) => [name, grads[i]!])),
      }
    }),
})
