import { type Objective, type Scheduled, entryOf, labelLoss, objective, tf } from '@umbra/core'
import { type Divergence, divergenceNamed, underTerm } from './divergence.js'

type Scalars<S extends string> = Readonly<Record<S, tf.Scalar>>

/** What `softTargetObjective` takes; `S` are the names of its scalars. */
export interface SoftTargetSpec<S extends string> {
  readonly ceWeight: Scheduled
  readonly softWeight: Scheduled
  readonly divergence: Divergence
  readonly scalars: Readonly<Record<S, Scheduled>>
  /** Name of the scalar that softens the student; its square scales the soft term. */
  readonly temperature: NoInfer<S>
  /** `'hard'` where `logTarget` needs one class for each example. */
  readonly labels?: 'hard'
  /** Raw teacher logits to the target's log-probabilities, `[batch, classes]`; `labels` are int32 `[batch]`. */
  readonly logTarget: (logits: tf.Tensor2D, scalars: Scalars<NoInfer<S>>, labels: tf.Tensor1D) => tf.Tensor2D
  /** What is done to the student's logits before both terms; nothing where left out. */
  readonly student?: (logits: tf.Tensor2D, scalars: Scalars<NoInfer<S>>) => tf.Tensor2D
  /** The same for the soft term alone; as `student` where left out. */
  readonly softStudent?: (logits: tf.Tensor2D, scalars: Scalars<NoInfer<S>>) => tf.Tensor2D
}

/**
 * Labels and a softened teacher: `ceWeight CE(s, y) + softWeight T^2 D(target, softmax(z_s / T))`, D a divergence by name.
 *
 * Terms: `ce`, and `kd` or `softCe` after the divergence, in nats per example `[batch]`.
 */
export function softTargetObjective<S extends string>(spec: SoftTargetSpec<S>): Objective {
  const { divergence, logTarget } = spec
  const transform = spec.student ?? ((logits: tf.Tensor2D) => logits)
  const softStudent = spec.softStudent ?? transform
  const loss = divergenceNamed(divergence)
  return objective({
    weights: { ce: spec.ceWeight, ...underTerm(divergence, spec.softWeight) },
    scalars: spec.scalars,
    ...(spec.labels === undefined ? {} : { labels: spec.labels }),
    terms: ({ student, teacher, target, scalars }) => {
      const temperature = entryOf<tf.Scalar>(scalars, spec.temperature)
      const logSoft = logTarget(teacher.logits, scalars, target.labels)
      const softened: tf.Tensor2D = tf.logSoftmax(tf.div(softStudent(student.logits, scalars), temperature))
      const soft: tf.Tensor1D = tf.mul(loss(logSoft, softened), tf.square(temperature))
      return {
        ce: labelLoss(transform(student.logits, scalars), target),
        ...underTerm(divergence, soft),
      }
    },
  })
}
