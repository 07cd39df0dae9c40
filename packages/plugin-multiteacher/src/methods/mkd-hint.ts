import {
  type MethodDefinition,
  type StaticShapes,
  type TensorRecord,
  UmbraError,
  adaptiveAvgPool,
  batchNorm,
  defineMethod,
  detach,
  namedSeed,
  scheduledAtLeast,
  tf,
  z,
} from '@umbra/core'
import type { Rank, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { hintWeights, squaredGap, weightedHints } from '../hints/hint-terms.js'
import { classified, teacherClassifiers } from '../hints/teacher-classifiers.js'
import { sameClasses } from '../same-classes.js'
import { mkdTerms } from './mkd.js'
import { mkdOptions } from './mkd-options.js'

const options = z.strictObject({
  ...mkdOptions,
  studentTap: z.string().min(1).default('stage2').describe('Feature map of the student'),
  teacherTap: z.string().min(1).default('stage2').describe('Feature map of every teacher'),
  hintWeighting: z
    .enum(['logits', 'classifier'])
    .default('logits')
    .describe(
      'Weights of the hints: those of the logits, or CA-MKD’s own, by how well each teacher’s classifier does with the regressed feature; then both taps must be the last maps (stage3)',
    ),
  hintWeight: scheduledAtLeast(0)
    .default({ kind: 'steps', values: [0, 100], milestones: [1] })
    .describe(
      'Weight of the hints, 0 or more; by default 100 after the first epoch; CA-MKD uses 50 with its own weights',
    ),
})

/** Weighted distillation with hints. Terms: `ce`, `kd`, `hint`. */
export const mkdHint: MethodDefinition<typeof options> = defineMethod({
  id: 'mkd-hint',
  title: 'Multi-teacher distillation with hints',
  summary:
    'Beside the logits of several teachers the student reproduces a feature map of each by a regressor.',
  paper: {
    title: 'FitNets: Hints for Thin Deep Nets',
    venue: 'ICLR 2015',
    arxiv: '1412.6550',
    equations: '3, summed over teachers as in arXiv 2201.00007',
  },
  formula:
    'L = ceWeight * CE + kdWeight * sum_k w_k T^2 KL_k + hintWeight * sum_k v_k mean( (r_k(f_s) - f_k)^2 ), r = ReLU(BN(1x1 convolution)), v_k = w_k, or with hintWeighting classifier (1 - softmax_k(CE(classifier_k(pool(r_k(f_s))), y))) / (K - 1)',
  teachers: { min: 1, max: 16 },
  departures: [
    'FitNet-MKD’s released code detaches the hints, which so have no gradient; here they have one (`variant: as-released` for theirs).',
    'With `hintWeighting: classifier` the weights are constants and sum to 1; CA-MKD’s code lets a gradient through them, by which the student can choose its teacher, and divides by K once more (`variant: as-released`).',
    'The regressor’s batch norm uses the statistics of the batch at hand; maps of different sizes are averaged down to the smaller one.',
  ],
  options,
  objective: (chosen, parts) => {
    const weighting = parts.weighting(chosen.weighting, chosen.weightingOptions)
    const how = { id: chosen.weighting, variant: chosen.variant }
    const { studentTap, teacherTap } = chosen
    const ownWeights = chosen.hintWeighting === 'classifier'
    const detached = chosen.variant === 'as-released' && !ownWeights
    return {
      weights: { ce: chosen.ceWeight, kd: chosen.kdWeight, hint: chosen.hintWeight },
      scalars: { temperature: chosen.temperature },
      taps: { student: [studentTap], teacher: [teacherTap] },
      prepare: (shapes, seed, models) => {
        sameClasses(shapes)
        const made = regressors(shapes, seed, studentTap, teacherTap)
        // Detached hints give the regressors no gradient: they stay as they are, which is what state does.
        if (detached) return { state: made }
        return ownWeights
          ? { variables: made, state: teacherClassifiers(shapes, models, teacherTap) }
          : { variables: made }
      },
      terms: (batch, variables, state) => {
        const projectors = detached ? state : variables
        const { student, teachers, labels } = batch
        const pairs = teachers.map((teacher, k) => {
          const [own, hint] = sameSize(student.taps[studentTap]!, teacher.taps[teacherTap]!)
          return { own: regress(own, projectors, k), hint }
        })
        const gaps = pairs.map(({ own, hint }) => squaredGap(own, hint))
        const byLogits = (): Tensor1D => {
          const logits = teachers.map((teacher) => teacher.logits)
          const hint = weightedHints(gaps, detach(weighting.apply(logits, labels, student.logits)))
          return chosen.variant === 'as-released' ? detach(hint) : hint
        }
        const byClassifier = (): Tensor1D => {
          const logits = pairs.map(({ own }, k) => classified(own, state, k))
          return weightedHints(gaps, hintWeights(logits, labels, chosen.variant))
        }
        return {
          terms: {
            ...mkdTerms(batch, weighting, how),
            hint: ownWeights ? byClassifier() : byLogits(),
          },
        }
      },
    }
  },
})

function regressors(
  shapes: StaticShapes,
  seed: number,
  studentTap: string,
  teacherTap: string,
): TensorRecord {
  const own = shapes.student.taps[studentTap]!
  const variables: Record<string, Tensor> = {}
  for (const [k, teacher] of shapes.teachers.entries()) {
    const hint = teacher.taps[teacherTap]!
    if (own.length !== 4 || hint.length !== 4)
      throw new UmbraError('UMBRA_TAP_SHAPE', {
        subject: `tap "${studentTap}" of the student and "${teacherTap}" of teacher ${k + 1}`,
        expected: 'feature maps [batch, height, width, channels]',
        received: `[${own.join(', ')}] and [${hint.join(', ')}]`,
        remedy: 'Tap a layer before pooling',
      })
    const [inputs, outputs] = [own[3]!, hint[3]!]
    const name = `kernel${k}`
    const std = Math.sqrt(2 / inputs)
    variables[name] = tf.truncatedNormal([inputs, outputs], 0, std, 'float32', namedSeed(seed, name))
    variables[`gamma${k}`] = tf.ones([outputs])
    variables[`beta${k}`] = tf.zeros([outputs])
  }
  return variables
}

function regress(x: Tensor4D, variables: TensorRecord, k: number): Tensor4D {
  const kernel = variables[`kernel${k}`] as Tensor2D
  const rows = tf.reshape<Rank.R2>(x, [-1, x.shape[3]])
  const mapped: Tensor4D = tf.reshape(tf.matMul(rows, kernel), [...x.shape.slice(0, 3), kernel.shape[1]] as [
    number,
    number,
    number,
    number,
  ])
  return tf.relu(batchNorm(mapped, variables[`gamma${k}`] as Tensor1D, variables[`beta${k}`] as Tensor1D))
}

function sameSize(a: Tensor, b: Tensor): [Tensor4D, Tensor4D] {
  const [height, width] = [Math.min(a.shape[1]!, b.shape[1]!), Math.min(a.shape[2]!, b.shape[2]!)]
  return [adaptiveAvgPool(a as Tensor4D, height, width), adaptiveAvgPool(b as Tensor4D, height, width)]
}
