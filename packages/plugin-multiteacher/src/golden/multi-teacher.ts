import {
  type GoldenCase,
  type GoldenDefinition,
  type PartLookup,
  defineGolden,
  detach,
  tf,
  z,
} from '@umbra/core'
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { hintWeights, squaredGap, weightedHints } from '../hints/hint-terms.js'
import { mkd } from '../methods/mkd.js'
import { adaptive } from '../weightings/adaptive.js'
import { average } from '../weightings/average.js'
import { confidence } from '../weightings/confidence.js'
import { entropy } from '../weightings/entropy.js'
import { goldenHyper, goldenInput, goldenLabels } from './golden-input.js'

const options = z.strictObject({})
const hyper = z.looseObject({
  T: z.number(),
  gamma_ce: z.number(),
  alpha_kd: z.number(),
  teachers: z.int(),
  C: z.number().optional(),
  beta_hint: z.number().optional(),
})

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

const numbered = (golden: GoldenCase, name: string, count: number): Tensor[] =>
  Array.from({ length: count }, (_, k) => goldenInput(golden, `${name}_${k}`))

const logitsGolden = (id: string, weighting: string, summary: string): GoldenDefinition<typeof options> =>
  defineGolden({
    id,
    summary,
    options,
    evaluate: (golden) =>
      tf.tidy(() => {
        const { T, gamma_ce, alpha_kd, teachers: count, C, beta_hint } = goldenHyper(golden, hyper)
        const method = mkd.options.parse({
          weighting,
          weightingOptions: C === undefined ? {} : { cap: C, temperature: T },
          temperature: T,
          variant: 'as-released',
        })
        const objective = mkd.objective(method, own)
        const teachers = numbered(golden, 'teacher_logits', count) as Tensor2D[]
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
          const gaps = numbered(golden, 'teacher_feat', count).map((hint) => squaredGap(feature, hint))
          return tf.mul(tf.mean(weightedHints(gaps, average.create({}).apply(teachers, labels))), beta_hint!)
        }
        const { value, grad } = tf.valueAndGrad((x: Tensor): Scalar => {
          const { ce, kd } = terms(x as Tensor2D)
          const logits = tf.add<Scalar>(tf.mul(tf.mean(ce!), gamma_ce), tf.mul(tf.mean(kd!), alpha_kd))
          return beta_hint === undefined ? logits : tf.add(logits, detach(hints()))
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
export const adaptiveGolden = logitsGolden('aekd', 'adaptive', 'Method mkd with weighting adaptive.')
export const hintGolden = logitsGolden(
  'fitnet_mkd',
  'average',
  'Method mkd with equal weights, plus the hints of mkd-hint, detached as released.',
)

/** Cases of `camkd_features`: hints weighted by the classifiers on the student's feature, as released. */
export const confidenceHintGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'camkd_features',
  summary:
    'Hints weighted by how well each teacher’s classifier does with the student’s feature, as released.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { teachers: count } = goldenHyper(golden, z.looseObject({ teachers: z.int() }))
      const labels: Tensor1D = goldenLabels(golden)
      const hints = numbered(golden, 'teacher_feat', count)
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
