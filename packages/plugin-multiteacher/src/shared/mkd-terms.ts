import {
  type HardLabels,
  type ObjectiveBatch,
  type Weighting,
  detach,
  labelLoss,
  temperedKl,
  tf,
} from '@umbra/core'
import { weightedSum } from './weighted-sum.js'

/** Weights that sum to 1, or the scale of the authors' code. */
export type Variant = 'sound' | 'as-released'

/** The factor of the authors' code, relative to weights that sum to 1. */
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
  { student, teachers, target, labels, scalars }: ObjectiveBatch<'temperature'> & HardLabels,
  weighting: Weighting,
  { id, variant }: { readonly id: string; readonly variant: Variant },
): { ce: tf.Tensor1D; kd: tf.Tensor1D } {
  const logits = teachers.map((teacher) => teacher.logits)
  const each = logits.map((z) => temperedKl(z, student.logits, scalars.temperature))
  const weights = detach(weighting.apply(logits, labels, student.logits))
  const scale = variant === 'as-released' ? releasedScale(id, logits.length) : 1
  return {
    ce: labelLoss(student.logits, target),
    kd: tf.mul(weightedSum(each, weights), scale),
  }
}
