import { klDivergence, tf } from '@umbra/core'
import { decouple } from '../softenings/wrong-classes.js'

/**
 * Both parts of decoupled distillation: `tckd = T^2 KL(b_t || b_s)` and `nckd = T^2 KL(q~_t || q~_s)`.
 *
 * With the teacher's probability `p_y` of the label, `KL(p_t || p_s) = KL(b_t || b_s) + (1 - p_y) KL(q~_t || q~_s)`.
 *
 * @param logTarget log-probabilities of the softened teacher, `[batch, classes]`
 * @param logProbabilities log-probabilities of the softened student, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @param temperature T, dimensionless, > 0
 * @returns nats per example, `[batch]` each
 * @see Zhao et al., Decoupled Knowledge Distillation, arXiv 2203.08679, equations 4 to 7
 */
export function decoupledTerms(
  logTarget: tf.Tensor2D,
  logProbabilities: tf.Tensor2D,
  labels: tf.Tensor1D,
  temperature: tf.Scalar,
): { readonly tckd: tf.Tensor1D; readonly nckd: tf.Tensor1D } {
  const teacher = decouple(logTarget, labels)
  const student = decouple(logProbabilities, labels)
  const scale = tf.square(temperature)
  return {
    tckd: tf.mul(klDivergence(teacher.binary, student.binary), scale),
    nckd: tf.mul(klDivergence(teacher.wrong, student.wrong), scale),
  }
}
