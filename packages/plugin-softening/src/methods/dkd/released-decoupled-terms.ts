import { klDivergence, oneHot, tf } from '@umbra/core'

/** What the released code subtracts from the labelled logit so that its softmax ignores it. */
const TAKEN_OFF = 1000

/**
 * Both parts of decoupled distillation as the released code computes them: the wrong classes by subtracting 1000 from the labelled
 * logit, the logarithm of the student's binary probabilities without a lower bound.
 *
 * The same numbers as `decoupledTerms` in ordinary cases. `tckd` is infinite where the student's probability of the label, or
 * of all others, underflows in float32; `nckd` keeps the labelled class if its logit is more than 1000 above the others.
 *
 * @param target log-probabilities, or logits over T, of the teacher, `[batch, classes]`
 * @param student the same of the student
 * @returns nats per example, `[batch]` each
 */
export function releasedDecoupledTerms(
  target: tf.Tensor2D,
  student: tf.Tensor2D,
  labels: tf.Tensor1D,
  temperature: tf.Scalar,
): { readonly tckd: tf.Tensor1D; readonly nckd: tf.Tensor1D } {
  const labelled = oneHot(labels, target.shape[1])
  const binary = (z: tf.Tensor2D): tf.Tensor2D => {
    const p = tf.softmax(z)
    const labelledMass = tf.sum<tf.Tensor2D>(tf.mul(p, labelled), 1, true)
    return tf.concat([labelledMass, tf.sum<tf.Tensor2D>(tf.mul(p, tf.sub(1, labelled)), 1, true)], 1)
  }
  const wrong = (z: tf.Tensor2D): tf.Tensor2D =>
    tf.logSoftmax(tf.sub<tf.Tensor2D>(z, tf.mul(labelled, TAKEN_OFF)))
  const [p, q] = [binary(target), binary(student)]
  // 0 log 0 is 0 for the target, as in kl_div.
  const entropy = tf.mul(p, tf.log(tf.where(tf.greater(p, 0), p, tf.onesLike(p))))
  const scale = tf.square(temperature)
  return {
    tckd: tf.mul(tf.sum<tf.Tensor1D>(tf.sub(entropy, tf.mul(p, tf.log(q))), 1), scale),
    nckd: tf.mul(klDivergence(wrong(target), wrong(student)), scale),
  }
}
