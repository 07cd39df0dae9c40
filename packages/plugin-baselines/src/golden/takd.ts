import { type GoldenDefinition, type Objective, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenLabels, goldenParts } from '@umbra/core/testing'
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core'
import { takd } from '../methods/takd.js'
import { evaluateLoss } from './feature-case.js'

const options = z.strictObject({})
const hyper = z.strictObject({ T: z.number().gt(0), lambda: z.number() })

/** Published numbers of TAKD, by the method's own objective in its released variant. */
export const takdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'takd',
  summary:
    'Both networks’ logits; computed with variant as-released, which divides KL by the number of classes.',
  options,
  evaluate: (golden) => {
    const { T, lambda } = goldenHyper(golden, hyper)
    const objective: Objective = takd.objective(
      takd.options.parse({ temperature: T, lambda, variant: 'as-released' }),
      goldenParts,
    )
    const classes = goldenLabels(golden)
    const teacher = goldenInput(golden, 'teacher_logits') as Tensor2D
    const batch = classes.shape[0]
    return evaluateLoss({ student_logits: goldenInput(golden, 'student_logits') }, ({ student_logits }) => {
      const { terms } = objective.terms(
        {
          labels: classes,
          ids: tf.range(0, batch, 1, 'int32'),
          student: { logits: student_logits as Tensor2D, taps: {} },
          teachers: [{ logits: teacher, taps: {} }],
          peers: [],
          feeds: {},
          scalars: { temperature: tf.scalar(T) },
          seed: tf.tensor1d([0, 0], 'int32'),
        },
        {},
        {},
      )
      const [ce, kd] = [tf.mean(terms.ce!), tf.mean(terms.kd!)]
      return { loss: tf.add<Scalar>(tf.mul(ce, 1 - lambda), tf.mul(kd, lambda)) }
    })
  },
})
