import { type Objective, type PartLookup, type StaticShapes, tf } from '@umbra/core'
import { evaluateTerms } from '@umbra/core/testing'
import * as tfl from '@tensorflow/tfjs-layers'
import { multiteacher } from '../src/plugin.js'

/** Shared softening at temperature 4, no enhancement, and the weightings of this package. */
export const parts: PartLookup = {
  softening: () => ({
    apply: (logits) => {
      const logProbabilities: tf.Tensor2D = tf.logSoftmax(tf.div(logits, 4))
      return { logProbabilities, probabilities: tf.exp(logProbabilities) }
    },
  }),
  enhancement: () => ({ apply: (targets) => targets }),
  weighting: (id, options) => {
    const weighting = multiteacher.provides.find((d) => d.kind === 'weighting' && d.id === id)
    if (weighting?.kind !== 'weighting') throw new Error(id)
    return weighting.create(weighting.options.parse(options))
  },
}

export const CLASSES = 3
const LABELS = [0, 1, 2, 1]

const random = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 2, 'float32', seed)
const randomLogits = (seed: number) => random([LABELS.length, CLASSES], seed) as tf.Tensor2D

/** A network that ends in a dense layer on `channels` inputs. */
export const classifier = (channels: number): tfl.Sequential =>
  tfl.sequential({
    layers: [
      tfl.layers.dense({
        units: CLASSES,
        inputShape: [channels],
        kernelInitializer: tfl.initializers.randomNormal({ stddev: 1, seed: 9 }),
      }),
    ],
  })

/** Static shapes of a batch of four examples. */
export const shapesOf = (
  student: StaticShapes['student'],
  teachers: StaticShapes['teachers'],
): StaticShapes => ({
  ...{ batch: LABELS.length, classes: CLASSES, samples: LABELS.length },
  labels: Int32Array.from(LABELS),
  student,
  teachers,
})

const scalars = () => ({ temperature: tf.scalar(4), studentTemperature: tf.scalar(2) })

/** What an objective gives for `count` copies of one teacher. */
export interface CopiesResult {
  readonly terms: Readonly<Record<string, readonly number[]>>
  readonly shapes: readonly (readonly number[])[]
  /** Of the sum of all terms, with respect to the student's logits. */
  readonly gradient: readonly number[]
  /** Names of the state returned, or of the old one where none is. */
  readonly state: readonly string[]
  /** Names of the state prepared. */
  readonly prepared: readonly string[]
}

/** Terms of `objective` with `count` copies of one teacher, and the gradient of their sum. */
export function evaluateCopies(objective: Objective, count: number): CopiesResult {
  return tf.tidy(() => {
    const taps = { pooled: random([4, 6], 3), stage2: random([4, 4, 4, 2], 4) }
    const teacher = { logits: randomLogits(1), taps }
    const shape = {
      logits: teacher.logits.shape,
      taps: Object.fromEntries(Object.entries(taps).map(([name, tap]) => [name, tap.shape])),
    }
    const copies = <T>(of: T): T[] => Array.from({ length: count }, () => of)
    const model = classifier(2)
    const prepared = objective.prepare?.(shapesOf(shape, copies(shape)), 7, { teachers: copies(model) }) ?? {}
    model.dispose()
    const studentTaps = { pooled: random([4, 6], 5), stage2: random([4, 4, 4, 2], 6) }
    const evaluate = (logits: tf.Tensor) =>
      evaluateTerms(objective, {
        student: { logits: logits as tf.Tensor2D, taps: studentTaps },
        teachers: copies(teacher),
        labels: tf.tensor1d(LABELS, 'int32'),
        variables: ofFirst(prepared.variables),
        state: ofFirst(prepared.state),
        scalars: scalars(),
      })
    const student = randomLogits(2)
    const { terms, state } = evaluate(student)
    const grad = tf.grad((logits: tf.Tensor) =>
      tf.addN(Object.values(evaluate(logits).terms).map((term) => tf.sum(term))),
    )(student)
    return {
      terms: Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, [...term.dataSync()]])),
      shapes: Object.values(terms).map((term) => term.shape),
      gradient: [...grad.dataSync()],
      state: Object.keys(state ?? prepared.state ?? {}).toSorted(),
      prepared: Object.keys(prepared.state ?? {}).toSorted(),
    }
  })
}

/** Copies of a teacher get copies of what belongs to the first under the same name. */
function ofFirst(record: Readonly<Record<string, tf.Tensor>> = {}): Record<string, tf.Tensor> {
  const entries = Object.entries(record)
  return Object.fromEntries(entries.map(([name, value]) => [name, record[name.replace(/\d+/, '0')] ?? value]))
}

/** Terms with three teachers of other widths and sizes than the student, and the names of the variables. */
export function evaluateUnequal(objective: Objective): {
  readonly terms: readonly number[]
  readonly variables: readonly string[]
} {
  const shape = (width: number, size: number) => ({
    logits: [LABELS.length, CLASSES],
    taps: { pooled: [LABELS.length, width], stage2: [LABELS.length, size, size, width] },
  })
  const outputs = ({ taps }: ReturnType<typeof shape>, seed: number) => ({
    logits: randomLogits(seed),
    taps: Object.fromEntries(Object.entries(taps).map(([name, tap], i) => [name, random(tap, seed + i + 1)])),
  })
  const student = shape(5, 4)
  const teachers = [shape(3, 4), shape(7, 2), shape(12, 8)]
  return tf.tidy(() => {
    const prepared = objective.prepare?.(shapesOf(student, teachers), 7, { teachers: [] }) ?? {}
    const { terms } = evaluateTerms(objective, {
      student: outputs(student, 10),
      teachers: teachers.map((teacher, k) => outputs(teacher, 20 + 10 * k)),
      labels: tf.tensor1d(LABELS, 'int32'),
      ...prepared,
      scalars: scalars(),
    })
    return {
      terms: Object.values(terms).flatMap((term) => [...term.dataSync()]),
      variables: Object.keys(prepared.variables ?? {}),
    }
  })
}
