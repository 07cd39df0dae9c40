import {
  type MethodDefinition,
  type Objective,
  type StaticShapes,
  type TensorRecord,
  entryOf,
  tf,
} from '@umbra/core'
import { evaluateTerms, noParts } from '@umbra/core/testing'

export const BATCH = 5
const CLASSES = 4

/** Shapes of taps by name, the batch dimension first. */
export type Shapes = Readonly<Record<string, readonly number[]>>

/** Taps as a ResNet has them, for a first convolution of `width` channels. */
export const network = (width: number, size = 8) => ({
  stem: [BATCH, size, size, width],
  stage1: [BATCH, size, size, width],
  stage2: [BATCH, size / 2, size / 2, 2 * width],
  stage3: [BATCH, size / 4, size / 4, 4 * width],
  pooled: [BATCH, 4 * width],
})

const staticShapes = (student: Shapes, teacher: Shapes): StaticShapes => ({
  batch: BATCH,
  classes: CLASSES,
  samples: BATCH,
  labels: new Int32Array(BATCH),
  student: { logits: [BATCH, CLASSES], taps: student },
  teachers: [{ logits: [BATCH, CLASSES], taps: teacher }],
})

/** A method's objective with options as a user writes them. */
export const make = (method: MethodDefinition, options: object = {}): Objective =>
  method.objective(method.options.parse(options), noParts)

/** Random features, 0 or more. */
export const features = (shapes: Shapes, seed: number): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      tf.relu(tf.randomNormal([...shape], 0.3, 1, 'float32', seed + i)),
    ]),
  )

/** Tapped features of both networks. */
export interface Networks {
  readonly student: TensorRecord
  readonly teacher: TensorRecord
}

/** Terms of an objective on tapped features, with logits that depend on nothing. */
export function termsOn(objective: Objective, { student, teacher }: Networks, variables: TensorRecord = {}) {
  const logits = (seed: number) => tf.randomNormal<tf.Rank.R2>([BATCH, CLASSES], 0, 1, 'float32', seed)
  return evaluateTerms(objective, {
    student: { logits: logits(91), taps: student },
    teachers: [{ logits: logits(92), taps: teacher }],
    labels: tf.tensor1d([0, 1, 2, 3, 0], 'int32'),
    variables,
  }).terms
}

/** The variables an objective makes. */
export const prepare = (objective: Objective, student: Shapes, teacher: Shapes): TensorRecord =>
  objective.prepare?.(staticShapes(student, teacher), 7, { teachers: [] }).variables ?? {}

/** Names of the terms that are the method's, without `ce`. */
export const termNames = (objective: Objective): string[] =>
  Object.keys(objective.weights).filter((name) => name !== 'ce')

/** Taps of the student an objective asks for. */
export const studentTaps = (objective: Objective): readonly string[] => objective.taps?.student ?? []

/** Sum of the means of a method's terms. */
export function totalOf(objective: Objective, networks: Networks, variables: TensorRecord = {}): tf.Scalar {
  const terms = termsOn(objective, networks, variables)
  return tf.addN(termNames(objective).map((name) => tf.mean<tf.Scalar>(entryOf(terms, name))))
}

/** A record with the names given and values in their order. */
export const named = (names: readonly string[], values: readonly tf.Tensor[]): TensorRecord =>
  Object.fromEntries(values.slice(0, names.length).map((value, i) => [names[i] ?? '', value]))

/** The tensors of those names. */
export const pick = (record: TensorRecord, names: readonly string[]): tf.Tensor[] =>
  names.map((name) => entryOf(record, name))

/** Every tensor changed by `f`. */
export const mapValues = (record: TensorRecord, f: (x: tf.Tensor) => tf.Tensor): TensorRecord =>
  Object.fromEntries(Object.entries(record).map(([name, x]) => [name, f(x)]))
