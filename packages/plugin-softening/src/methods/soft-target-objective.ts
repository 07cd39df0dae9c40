import { type Objective, type Scheduled, crossEntropy, tf } from '@umbra/core'
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { type Divergence, divergenceNamed } from '../losses/divergence.js'
import { sameClasses } from './same-classes.js'

type Scalars = Readonly<Record<string, Scalar>>

export interface SoftTargetSpec {
  readonly ceWeight: Scheduled
  readonly softWeight: Scheduled
  readonly divergence: Divergence
  readonly scalars: Readonly<Record<string, Scheduled>>
  /** Name of the scalar that softens the student; its square scales the soft term. */
  readonly temperature: string
  /** Raw teacher logits to the target's log-probabilities, `[batch, classes]`. */
  readonly logTarget: (logits: Tensor2D, labels: Tensor1D, scalars: Scalars) => Tensor2D
  /** What is done to the student's logits before both terms; nothing where left out. */
  readonly student?: (logits: Tensor2D, scalars: Scalars) => Tensor2D
  /** The same for the soft term alone; as `student` where left out. */
  readonly softStudent?: (logits: Tensor2D, scalars: Scalars) => Tensor2D
}

/**
 * Labels and a softened teacher: `ceWeight CE(s, y) + softWeight T^2 D(target, softmax(z_s / T))`, D a divergence by name.
 *
 * Terms: `ce`, and `kd` or `softCe` after the divergence, in nats per example `[batch]`.
 */
export function softTargetObjective(spec: SoftTargetSpec): Objective {
  const { term, loss } = divergenceNamed(spec.divergence)
  const prepare = spec.student ?? ((logits: Tensor2D) => logits)
  const softStudent = spec.softStudent ?? prepare
  return {
    weights: { ce: spec.ceWeight, [term]: spec.softWeight },
    scalars: spec.scalars,
    prepare: sameClasses,
    terms: ({ student, teachers, labels, scalars }) => {
      const temperature = scalars[spec.temperature]!
      const target = spec.logTarget(teachers[0]!.logits, labels, scalars)
      const softened: Tensor2D = tf.logSoftmax(tf.div(softStudent(student.logits, scalars), temperature))
      return {
        terms: {
          ce: crossEntropy(tf.logSoftmax(prepare(student.logits, scalars)), labels),
          [term]: tf.mul(loss(target, softened), tf.square(temperature)),
        },
      }
    },
  }
}
