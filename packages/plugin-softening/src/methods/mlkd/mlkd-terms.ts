import { type LabelTarget, labelLoss, temperedKl, tf } from '@umbra/core'
import { standardiseLogits } from '../../softenings/logit-standardisation.js'
import { sharedTemperature } from '../../softenings/shared.js'
import { median } from './median.js'

/** Logits of both networks for one view of the images, `[batch, classes]` each. */
export interface View {
  readonly student: tf.Tensor2D
  readonly teacher: tf.Tensor2D
}

/** Inputs of the terms of multi-level logit distillation. */
export interface MlkdInput {
  /** The usual augmentation. */
  readonly weak: View
  /** A stronger one of the same images, if there is one. */
  readonly strong?: View
  /** Labels of the examples. */
  readonly target: LabelTarget
  /** T of every alignment, in the authors' order. */
  readonly temperatures: readonly tf.Scalar[]
  readonly standardise: boolean
  readonly variant: 'sound' | 'as-released'
}

/** Per example `[batch]`: nats, except `cc` and `bc`, which are squared differences of Gram matrices. */
export interface MlkdTerms {
  readonly ce: tf.Tensor1D
  readonly kd: tf.Tensor1D
  readonly cc: tf.Tensor1D
  readonly bc: tf.Tensor1D
}

// In the released code the alignments after these reuse the weak view under the strong view's name.
const STRONG_AS_RELEASED = 3

/**
 * Multi-level logit distillation, summed over temperatures T.
 *
 * `kd = T^2 KL` (instances), `bc = ||P_t P_t' - P_s P_s'||^2 / batch` (between samples), `cc = ||P_t' P_t - P_s' P_s||^2 /
 * classes` (between classes), `P = softmax(z / T)`. On the weak view `kd` and `bc` keep the samples whose teacher
 * confidence is at most the median, `cc` the classes whose summed confidence is. `as-released`: masks that only scale.
 *
 * @see Jin et al., Multi-level Logit Distillation, CVPR 2023
 */
export function mlkdTerms(input: MlkdInput): MlkdTerms {
  const { weak, strong, target, temperatures, variant } = input
  const certainty = tf.softmax(weak.teacher)
  const samples = atMostMedian(tf.max(certainty, 1))
  const classes = atMostMedian(tf.sum(certainty, 0))
  const masks =
    variant === 'sound' ? { samples, classes } : { samples: fraction(samples), classes: fraction(classes) }
  const ready = (logits: tf.Tensor2D) => (input.standardise ? standardiseLogits(logits) : logits)
  const aligned = (view: View, t: tf.Scalar) => temperedKl(ready(view.teacher), ready(view.student), t)

  const kd: tf.Tensor1D[] = temperatures.map((t) => tf.mul(aligned(weak, t), masks.samples))
  const bc: tf.Tensor1D[] = temperatures.map((t) => tf.mul(betweenSamples(weak, t), masks.samples))
  const cc = temperatures.map((t) => tf.sum(tf.mul(betweenClasses(weak, t), masks.classes)))
  if (variant === 'as-released') {
    for (const [i, t] of temperatures.entries()) {
      const view = i < STRONG_AS_RELEASED ? strong : weak
      if (view !== undefined) kd.push(aligned(view, t))
    }
  } else if (strong !== undefined) {
    for (const t of temperatures) {
      kd.push(aligned(strong, t))
      bc.push(betweenSamples(strong, t))
      cc.push(tf.sum(betweenClasses(strong, t)))
    }
  }
  const ce = labelLoss(weak.student, target)
  return {
    ce: strong === undefined ? ce : tf.add(ce, labelLoss(strong.student, target)),
    kd: tf.addN(kd),
    // One number for the whole batch, repeated for every example, so that the mean is the published value.
    cc: tf.mul(tf.addN(cc), tf.onesLike(ce)),
    bc: tf.addN(bc),
  }
}

/** 1 where a value is at most the median, else 0. `[n]` */
const atMostMedian = (values: tf.Tensor1D): tf.Tensor1D =>
  tf.cast(tf.lessEqual(values, median(values)), 'float32')

const fraction = (mask: tf.Tensor1D): tf.Tensor1D => tf.mul(tf.onesLike(mask), tf.mean(mask))

/** `sum_j (G_t - G_s)^2_ij` with `G = P P'`; its mean over the batch is the published value. `[batch]` */
function betweenSamples(view: View, t: tf.Scalar): tf.Tensor1D {
  const gram = (p: tf.Tensor2D) => tf.matMul(p, p, false, true)
  return tf.sum(tf.squaredDifference(gram(softened(view.teacher, t)), gram(softened(view.student, t))), 1)
}

/** `sum_d (G_t - G_s)^2_cd / classes` with `G = P' P`. `[classes]` */
function betweenClasses(view: View, t: tf.Scalar): tf.Tensor1D {
  const gram = (p: tf.Tensor2D) => tf.matMul(p, p, true, false)
  const gap = tf.squaredDifference(gram(softened(view.teacher, t)), gram(softened(view.student, t)))
  return tf.div(tf.sum(gap, 1), view.teacher.shape[1])
}

const softened = (logits: tf.Tensor2D, t: tf.Scalar): tf.Tensor2D =>
  sharedTemperature(logits, t).probabilities
