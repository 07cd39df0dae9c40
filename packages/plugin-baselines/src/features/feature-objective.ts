import {
  type Objective,
  type Scheduled,
  type StaticShapes,
  type TensorRecord,
  UmbraError,
  crossEntropy,
  klDivergence,
  tf,
} from '@umbra/core'
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { CommonOptions, TapOptions } from './feature-options.js'
import { type ShapePair, shapePairs } from './tap-shapes.js'

/** The part of an objective that is a method's own. */
export interface FeatureLoss {
  /** Weights of its terms. */
  readonly weights: Readonly<Record<string, Scheduled>>
  /** Checks shapes and makes variables. */
  readonly prepare?: (pairs: readonly ShapePair[], seed: number) => TensorRecord | undefined
  /** Its terms, each `[batch]`, from the tapped features in the order of the options. Pure tensor code. */
  readonly terms: (
    student: readonly Tensor[],
    teacher: readonly Tensor[],
    variables: TensorRecord,
  ) => Readonly<Record<string, Tensor1D>>
}

/** `ceWeight CE + kdWeight T^2 KL + the terms of a method on pairs of taps`; the term `kd` is there if its weight is not 0. */
export function featureObjective(options: CommonOptions & TapOptions, loss: FeatureLoss): Objective {
  const { ceWeight, kdWeight, temperature, studentTaps, teacherTaps } = options
  requireEqualLengths(options)
  const hasKd = kdWeight !== 0
  return {
    weights: { ce: ceWeight, ...(hasKd ? { kd: kdWeight } : {}), ...loss.weights },
    ...(hasKd ? { scalars: { temperature } } : {}),
    taps: { student: [...new Set(studentTaps)], teacher: [...new Set(teacherTaps)] },
    prepare: (shapes, seed) => {
      if (hasKd) requireEqualClasses(shapes)
      const variables = loss.prepare?.(shapePairs(options, shapes), seed)
      return variables === undefined ? {} : { variables }
    },
    terms: ({ student, teachers, labels, scalars }, variables) => {
      const teacher = teachers[0]!
      const ce = crossEntropy(tf.logSoftmax(student.logits), labels)
      const own = loss.terms(
        studentTaps.map((tap) => student.taps[tap]!),
        teacherTaps.map((tap) => teacher.taps[tap]!),
        variables,
      )
      if (!hasKd) return { terms: { ce, ...own } }
      return { terms: { ce, kd: softened(teacher.logits, student.logits, scalars.temperature!), ...own } }
    },
  }
}

/** Sum of per-example terms, `[batch]`. */
export const sumOf = (terms: readonly Tensor1D[]): Tensor1D => tf.addN([...terms])

function softened(teacher: Tensor2D, student: Tensor2D, temperature: Scalar): Tensor1D {
  const [target, own] = [teacher, student].map((z) => tf.logSoftmax<Tensor2D>(tf.div(z, temperature)))
  return tf.mul(klDivergence(target!, own!), tf.square(temperature))
}

function requireEqualLengths({ studentTaps, teacherTaps }: TapOptions): void {
  if (studentTaps.length === teacherTaps.length) return
  throw new UmbraError('UMBRA_OPTION', {
    subject: 'options "studentTaps" and "teacherTaps"',
    expected: 'as many taps of the teacher as of the student',
    received: `${teacherTaps.length} and ${studentTaps.length}`,
  })
}

function requireEqualClasses({ student, teachers }: StaticShapes): void {
  const [expected, received] = [student, teachers[0]!].map(({ logits }) => logits.at(-1))
  if (received === expected) return
  throw new UmbraError('UMBRA_CLASSES', {
    subject: 'logits of the teacher',
    expected: `${expected} classes, as the student has`,
    received: `${received}`,
    remedy: 'Use a teacher trained on the same classes as the student, or leave kdWeight at 0',
  })
}
