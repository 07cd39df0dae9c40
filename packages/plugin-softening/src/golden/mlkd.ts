import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenLabels } from '@umbra/core/testing'
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { mlkdTerms } from '../losses/mlkd-terms.js'

const options = z.strictObject({})
const hyper = z.strictObject({
  T: z.number(),
  ce_weight: z.number(),
  kd_weight: z.number(),
  logit_standardization: z.boolean(),
})
const NAMES = ['student_weak', 'student_strong'] as const

/** Cases of `mlkd`: both views, as released. */
export const mlkdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'mlkd',
  summary: 'The terms of method mlkd with `variant: as-released`, on two views.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { T, ce_weight, kd_weight, logit_standardization } = goldenHyper(golden, hyper)
      const teacher = {
        weak: goldenInput(golden, 'teacher_weak') as Tensor2D,
        strong: goldenInput(golden, 'teacher_strong') as Tensor2D,
      }
      const labels = goldenLabels(golden)
      const temperatures = [T, 3, 5, 2, 6].map((t) => tf.scalar(t))
      const terms = (students: readonly Tensor[]): Record<string, Scalar> => {
        const [weak, strong] = students as [Tensor2D, Tensor2D]
        const { ce, kd, cc, bc } = mlkdTerms({
          weak: { student: weak, teacher: teacher.weak },
          strong: { student: strong, teacher: teacher.strong },
          labels,
          temperatures,
          standardise: logit_standardization,
          variant: 'as-released',
        })
        return {
          loss_ce: tf.mul(tf.mean(ce), ce_weight),
          loss_kd: tf.mul(tf.mean(kd), kd_weight),
          loss_cc: tf.mul(tf.mean(cc), kd_weight),
          loss_bc: tf.mul(tf.mean(bc), kd_weight),
        }
      }
      const students = NAMES.map((name) => goldenInput(golden, name))
      const { value, grads } = tf.valueAndGrads((...inputs: Tensor[]) =>
        tf.addN(Object.values(terms(inputs))),
      )(students)
      return {
        loss: value,
        terms: terms(students),
        grads: Object.fromEntries(NAMES.map((name, i) => [name, grads[i]!])),
      }
    }),
})
