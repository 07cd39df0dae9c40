import { type GoldenCase, type GoldenDefinition, UmbraError, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenInputs, goldenLabels } from '@umbra/core/testing'
import { adaptive } from '../../weightings/adaptive.js'
import { mkdHyper, runMkd } from './run-mkd.js'

const options = z.strictObject({})

const mkdGolden = (id: string, weighting: string, summary: string): GoldenDefinition<typeof options> =>
  defineGolden({
    id,
    summary,
    options,
    evaluate: (golden) =>
      tf.tidy(() => {
        const { loss, kd, gradient } = runMkd(golden, goldenHyper(golden, mkdHyper), weighting)
        return { loss, terms: { loss_div: kd }, grads: { student_logits: gradient } }
      }),
  })

/** Cases of `aver_mkd`: the whole loss. */
export const averageGolden: GoldenDefinition<typeof options> = mkdGolden(
  'aver_mkd',
  'average',
  'Method mkd with equal weights.',
)
/** Cases of `ebkd`: the whole loss. */
export const entropyGolden: GoldenDefinition<typeof options> = mkdGolden(
  'ebkd',
  'entropy',
  'Method mkd with weighting entropy, as released.',
)
/** Cases of `camkd_logits`: the loss without hints. */
export const confidenceGolden: GoldenDefinition<typeof options> = mkdGolden(
  'camkd_logits',
  'confidence',
  'Method mkd with weighting confidence, as released.',
)

/** The cap, and the same as nu of a one-class support vector machine, `C = 1 / (nu K)`. */
const adaptiveHyper = mkdHyper.extend({
  C: z.number().gt(0).optional(),
  nu: z.number().gt(0).max(1).optional(),
  svm_norm: z.literal(false).optional(),
})

/** The largest weight of a case; 1 if it names none. */
function capOf(golden: GoldenCase, { C, nu }: z.output<typeof adaptiveHyper>, teachers: number): number {
  if (nu === undefined) return C ?? 1
  const cap = 1 / (nu * teachers)
  if (C !== undefined && Math.abs(cap - C) > 1e-6 * C)
    throw new UmbraError('UMBRA_FILE_CORRUPT', {
      subject: `golden case "${golden.id}"`,
      expected: `nu = 1 / (C K) = ${1 / (C * teachers)}`,
      received: String(nu),
    })
  return cap
}

/** Cases of `aekd`: the whole loss, and the weights. */
export const adaptiveGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'aekd',
  summary: 'Method mkd with weighting adaptive.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { C, nu, svm_norm, ...hyper } = goldenHyper(golden, adaptiveHyper)
      const count = goldenInputs(golden, 'teacher_logits_', hyper.teachers).length
      const weighting = { cap: capOf(golden, { ...hyper, C, nu, svm_norm }, count), temperature: hyper.T }
      const { loss, kd, gradient, teachers } = runMkd(golden, hyper, 'adaptive', weighting)
      const student = goldenInput(golden, 'student_logits') as tf.Tensor2D
      const weights = adaptive
        .create(adaptive.options.parse(weighting))
        .apply(teachers, goldenLabels(golden), student)
      return {
        loss,
        terms: { loss_div: kd },
        extra: { weights: tf.mean(weights, 0) },
        grads: { student_logits: gradient },
      }
    }),
})
