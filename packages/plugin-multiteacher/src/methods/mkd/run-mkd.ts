import { type GoldenCase, type PartLookup, entryOf, tf, z } from '@umbra/core'
import { evaluateTerms, goldenInput, goldenInputs, goldenLabels, goldenParts } from '@umbra/core/testing'
import { adaptive } from '../../weightings/adaptive.js'
import { average } from '../../weightings/average.js'
import { confidence } from '../../weightings/confidence.js'
import { entropy } from '../../weightings/entropy.js'
import { mkd } from './mkd.js'

/** Hyper-parameters of every case with the logits of several teachers. */
export const mkdHyper = z.strictObject({
  T: z.number(),
  gamma_ce: z.number(),
  alpha_kd: z.number(),
  teachers: z.int().min(1).optional(),
})

const parts: PartLookup = {
  ...goldenParts,
  weighting: (id, options) => {
    const definition = [average, entropy, confidence, adaptive].find((weighting) => weighting.id === id)
    return definition?.create(definition.options.parse(options)) ?? goldenParts.weighting(id)
  },
}

/** Result of `mkd`, as released, for a case. */
export interface MkdRun {
  /** Nats. */
  readonly loss: tf.Scalar
  /** Mean of the term `kd`, nats. */
  readonly kd: tf.Scalar
  /** Of the loss with respect to the student's logits. */
  readonly gradient: tf.Tensor
  /** `K` times `[batch, classes]` */
  readonly teachers: readonly tf.Tensor2D[]
}

/** Method `mkd`, as released, on the logits of a case. To be called within `tf.tidy`. */
export function runMkd(
  golden: GoldenCase,
  { T, gamma_ce, alpha_kd, teachers: count }: z.output<typeof mkdHyper>,
  weighting: string,
  weightingOptions: Readonly<Record<string, unknown>> = {},
): MkdRun {
  const method = mkd.options.parse({
    weighting,
    weightingOptions,
    temperature: T,
    ceWeight: gamma_ce,
    kdWeight: alpha_kd,
    variant: 'as-released',
  })
  const objective = mkd.objective(method, parts)
  const teachers = goldenInputs(golden, 'teacher_logits_', count) as tf.Tensor2D[]
  const student = goldenInput(golden, 'student_logits') as tf.Tensor2D
  const labels = goldenLabels(golden)
  const evaluate = (logits: tf.Tensor) =>
    evaluateTerms(objective, {
      student: { logits: logits as tf.Tensor2D, taps: {} },
      teachers: teachers.map((z) => ({ logits: z, taps: {} })),
      labels,
    })
  const { value, grad } = tf.valueAndGrad((logits: tf.Tensor) => evaluate(logits).loss)(student)
  return {
    loss: value,
    kd: tf.mean(entryOf(evaluate(student).terms, 'kd')),
    gradient: grad,
    teachers,
  }
}
