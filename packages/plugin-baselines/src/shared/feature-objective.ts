import {
  type Objective,
  type ObjectiveModels,
  type Prepared,
  type Scheduled,
  type TensorRecord,
  labelLoss,
  objective,
  temperedKl,
  type tf,
} from '@umbra/core'
import { type AtLeastOne, mapAll } from './at-least-one.js'
import type { CommonOptions, TapOptions } from './feature-options.js'
import { type ShapePair, shapePairs, tapPairs } from './tap-shapes.js'

/** A feature of the student and the one of the teacher it is compared with, `[batch, ...]` each. */
export interface FeaturePair {
  readonly student: tf.Tensor
  readonly teacher: tf.Tensor
}

/** The part that a method on features adds to the common terms. The compiler checks that every term has a weight, and every weight a term. */
export interface FeatureLoss<W extends string, K extends string> {
  /** Weight of each of its terms. */
  readonly weights: Readonly<Record<W | NoInfer<K>, Scheduled>>
  /** Checks shapes; makes variables and state. */
  readonly prepare?: (pairs: AtLeastOne<ShapePair>, seed: number, models: ObjectiveModels) => Prepared
  /** Its terms, each `[batch]`, from the pairs of tapped features in the order of the options. Pure tensor code. */
  readonly terms: (
    pairs: AtLeastOne<FeaturePair>,
    variables: TensorRecord,
    state: TensorRecord,
  ) => Readonly<Record<W | K, tf.Tensor1D>>
}

/**
 * `ceWeight CE + kdWeight T^2 KL + the terms of a method on pairs of taps`; the term `kd` is there if its weight is not 0.
 *
 * Throws UMBRA_OPTION if student and teacher have different numbers of taps.
 */
export function featureObjective<const W extends string, const K extends string = W>(
  { ceWeight, kdWeight, temperature, studentTaps, teacherTaps }: CommonOptions & TapOptions,
  loss: FeatureLoss<W, K>,
): Objective {
  const pairs = tapPairs({ studentTaps, teacherTaps })
  const hasKd = kdWeight !== 0
  // `FeatureLoss` has checked the names of the method's terms; here they are any strings.
  return objective<string, string, 'temperature'>({
    weights: { ce: ceWeight, kd: hasKd ? kdWeight : undefined, ...loss.weights },
    ...(hasKd ? { scalars: { temperature } } : {}),
    taps: { student: [...new Set(studentTaps)], teacher: [...new Set(teacherTaps)] },
    prepare: (shapes, seed, models) => loss.prepare?.(shapePairs(pairs, shapes), seed, models) ?? {},
    terms: ({ student, teacher, target, scalars, variables, state }) => {
      const ce = labelLoss(student.logits, target)
      const features = mapAll(pairs, ({ studentTap, teacherTap }) => ({
        student: student.tap(studentTap),
        teacher: teacher.tap(teacherTap),
      }))
      const matched = loss.terms(features, variables, state)
      const kd = hasKd ? temperedKl(teacher.logits, student.logits, scalars.temperature) : undefined
      return { ce, kd, ...matched }
    },
  })
}
