import {
  type DistillBatch,
  type MethodDefinition,
  type Weighting,
  crossEntropy,
  defineMethod,
  detach,
  klDivergence,
  tf,
  z,
} from '@umbra/core'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { sameClasses } from '../same-classes.js'
import { mkdOptions } from './mkd-options.js'

export type Variant = 'sound' | 'as-released'

/** What the authors' code multiplies the weighted sum by, its weights made to sum to 1. */
const releasedScale = (weighting: string, teachers: number): number => {
  if (weighting === 'entropy') return (teachers - 1) / teachers
  return weighting === 'confidence' ? 1 / teachers : 1
}

/**
 * Terms of weighted distillation: `ce`, and `kd = sum_k w_k T^2 KL(p_k || s)`.
 *
 * @returns nats per example, `[batch]`
 */
export function mkdTerms(
  { student, teachers, labels, scalars }: DistillBatch,
  weighting: Weighting,
  { id, variant }: { readonly id: string; readonly variant: Variant },
): { ce: Tensor1D; kd: Tensor1D } {
  const t = scalars.temperature!
  const logits = teachers.map((teacher) => teacher.logits)
  const soft = (z: Tensor2D): Tensor2D => tf.logSoftmax(tf.div(z, t))
  const own = soft(student.logits)
  const each = tf.stack(
    logits.map((z) => klDivergence(soft(z), own)),
    1,
  )
  const weights = detach(weighting.apply(logits, labels, student.logits))
  const scale = variant === 'as-released' ? releasedScale(id, logits.length) : 1
  return {
    ce: crossEntropy(tf.logSoftmax(student.logits), labels),
    kd: tf.mul(tf.sum(tf.mul(weights, each), 1), tf.mul(tf.square(t), scale)),
  }
}

const options = z.strictObject(mkdOptions)

/** Weighted distillation of the logits of several teachers. Terms: `ce`, `kd`. */
export const mkd: MethodDefinition<typeof options> = defineMethod({
  id: 'mkd',
  title: 'Multi-teacher knowledge distillation',
  summary: 'The student matches the softened probabilities of several teachers, weighted sample by sample.',
  paper: {
    title: 'Confidence-Aware Multi-Teacher Knowledge Distillation',
    venue: 'ICASSP 2022',
    arxiv: '2201.00007',
    equations: '1 to 4 (weighting confidence)',
  },
  formula:
    'L = ceWeight * CE(softmax(z_s), y) + kdWeight * sum_k w_k T^2 KL( softmax(z_k / T) || softmax(z_s / T) ), sum_k w_k = 1',
  teachers: { min: 1, max: 16 },
  departures: [
    'Weights sum to 1 with every weighting, so that the number of teachers does not change the scale; the released code of CA-MKD divides by K once more (confidence), and its entropy weights sum to (K - 1) / K: `variant: as-released`.',
  ],
  options,
  objective: (chosen, parts) => {
    const weighting = parts.weighting(chosen.weighting, chosen.weightingOptions)
    const how = { id: chosen.weighting, variant: chosen.variant }
    return {
      weights: { ce: chosen.ceWeight, kd: chosen.kdWeight },
      scalars: { temperature: chosen.temperature },
      prepare: sameClasses,
      terms: (batch) => ({ terms: mkdTerms(batch, weighting, how) }),
    }
  },
})
