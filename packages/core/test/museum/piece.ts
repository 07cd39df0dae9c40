import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { z } from 'zod'
import type { MethodLaws } from '../../src/contracts/laws.js'
import { defineMethod, type MethodDefinition } from '../../src/contracts/method.js'
import type { Objective } from '../../src/contracts/objective.js'
import type { WeightingDefinition } from '../../src/contracts/parts.js'
import { crossEntropy } from '../../src/losses/cross-entropy.js'
import { klDivergence } from '../../src/losses/kl-divergence.js'
import { tf } from '../../src/tf.js'
import type { CheckName } from '../../src/testing/conformance/verdict.js'

/** A known bug of distillation, as a method that is right but for it. */
export interface MuseumPiece {
  readonly definition: MethodDefinition | WeightingDefinition
  /** The check that must find it. */
  readonly caughtBy: CheckName
  /** Words of the check's sentence that name the mistake. */
  readonly says: RegExp
  /** The report it is modelled on, where there is one. */
  readonly seenIn?: string
}

export const options = z.strictObject({
  temperature: z.number().positive().default(4).describe('T, softens both'),
  kdWeight: z.number().min(0).default(1).describe('Weight of the distillation term'),
})

type Options = z.output<typeof options>
export type Spec = Partial<Omit<MethodDefinition, 'objective' | 'options' | 'kind' | 'id' | 'summary'>> & {
  readonly objective: (options: Options) => Objective
}

/** A method whose title is its bug. */
export const wrong = (id: string, summary: string, { laws = {}, ...rest }: Spec): MethodDefinition =>
  defineMethod({
    id,
    title: id,
    summary,
    formula: 'L = CE + kdWeight * T^2 * KL, with a bug',
    teachers: { min: 1, max: 1 },
    options,
    laws,
    ...rest,
  })

/** `log softmax(z / T)`, `[batch, classes]`. */
export const soft = (logits: Tensor2D, temperature: tf.Scalar): Tensor2D =>
  tf.logSoftmax(tf.div<Tensor2D>(logits, temperature))

export type Kd = (student: Tensor2D, teacher: Tensor2D, temperature: tf.Scalar, labels: Tensor1D) => Tensor1D

/** The sound one: `T^2 KL(softmax(z_t / T) || softmax(z_s / T))`, `[batch]`. */
export const soundKd: Kd = (student, teacher, temperature) =>
  tf.mul(klDivergence(soft(teacher, temperature), soft(student, temperature)), tf.square(temperature))

/** Cross-entropy and one distillation term on logits. */
export const withKd = (kd: Kd, changes: Partial<Objective> = {}): ((options: Options) => Objective) => {
  return ({ temperature, kdWeight }) => ({
    weights: { ce: 1, kd: kdWeight },
    scalars: { temperature },
    terms: ({ student, teachers, labels, scalars }) => ({
      terms: {
        ce: crossEntropy(tf.logSoftmax(student.logits), labels),
        kd: kd(student.logits, teachers[0]!.logits, scalars.temperature!, labels),
      },
    }),
    ...changes,
  })
}

export const promises: MethodLaws = { identity: ['kd'], pull: ['kd'] }

/** One term of its own beside the cross-entropy, of the student's and the teacher's `stage2`. */
export const withHint = (
  hint: (
    student: tf.Tensor4D,
    teacher: tf.Tensor4D,
    variables: Readonly<Record<string, tf.Tensor>>,
  ) => Tensor1D,
  changes: Partial<Objective> = {},
): ((options: Options) => Objective) => {
  return ({ kdWeight }) => ({
    weights: { ce: 1, hint: kdWeight },
    taps: { student: ['stage2'], teacher: ['stage2'] },
    terms: ({ student, teachers, labels }, variables) => ({
      terms: {
        ce: crossEntropy(tf.logSoftmax(student.logits), labels),
        hint: hint(student.taps.stage2 as tf.Tensor4D, teachers[0]!.taps.stage2 as tf.Tensor4D, variables),
      },
    }),
    ...changes,
  })
}

/** 1x1 convolution. */
export const project = (x: tf.Tensor4D, kernel: tf.Tensor): tf.Tensor4D =>
  tf.conv2d(x, kernel as tf.Tensor4D, 1, 'same')

/** `mean (a - b)^2` of each example, `[batch]`. */
export const gap = (a: tf.Tensor4D, b: tf.Tensor4D): Tensor1D =>
  tf.mean<Tensor1D>(tf.squaredDifference(a, b), [1, 2, 3])

/** From the student's 3 channels of stage 2 to the teacher's 4. */
export const kernelShape: [number, number, number, number] = [1, 1, 3, 4]
