import { type Objective, type Prepared, type StaticShapes, type TensorRecord, tf } from '@umbra/core'
import { evaluateTerms } from '@umbra/core/testing'
import { tinyModel } from '@umbra/testing'
import { describe, expect, it } from 'vitest'

const BATCH = 3
const TAPS = {
  student: { a: [BATCH, 8, 8, 2], b: [BATCH, 4, 4, 3], v: [BATCH, 3] },
  teacher: { conv: [BATCH, 8, 8, 4], b: [BATCH, 4, 4, 5], v: [BATCH, 5] },
}

/** Two maps and a vector of the student; of the teacher one that `tinyModel` has, `conv`, with `bn` after it. */
export const stageShapes: StaticShapes = {
  batch: BATCH,
  classes: 4,
  samples: 6,
  labels: Int32Array.of(0, 1, 2, 3, 0, 1),
  student: { logits: [BATCH, 4], taps: TAPS.student },
  teachers: [{ logits: [BATCH, 4], taps: TAPS.teacher }],
}

const outputs = (shapes: Readonly<Record<string, number[]>>, seed: number, taps: number) => ({
  logits: tf.randomNormal<tf.Rank.R2>([BATCH, 4], 0, 1, 'float32', seed),
  taps: Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      tf.randomNormal(shape, 0, 1, 'float32', taps + i),
    ]),
  ),
})

/** Terms of an objective on random features of those shapes. */
export const stageTerms = (objective: Objective, { variables = {}, state = {} }: Prepared) =>
  evaluateTerms(objective, {
    student: outputs(TAPS.student, 1, 10),
    teachers: [outputs(TAPS.teacher, 2, 20)],
    labels: tf.tensor1d([0, 1, 2], 'int32'),
    variables,
    state,
  }).terms

/** One finite value an example and term, and a finite gradient for every variable. */
export function describeStageMethod(name: string, create: () => Objective): void {
  describe(name, () => {
    it('has finite terms of one value an example and a gradient for every variable', () => {
      const teacher = tinyModel({ filters: 4, batchNorm: true })
      const before = tf.memory().numTensors
      tf.tidy(() => {
        const objective = create()
        const prepared = objective.prepare?.(stageShapes, 3, { teachers: [teacher] }) ?? {}
        const initial = Object.entries(prepared.variables ?? {})
        const loss = (...values: tf.Tensor[]): tf.Scalar => {
          const variables: TensorRecord = Object.fromEntries(
            values.map((value, i) => [initial[i]?.[0] ?? '', value]),
          )
          const terms = stageTerms(objective, { ...prepared, variables })
          expect(Object.keys(terms).sort()).toEqual(Object.keys(objective.weights).sort())
          for (const term of Object.values(terms)) expect(term.shape).toEqual([BATCH])
          return tf.addN(Object.values(terms).map((term) => tf.mean<tf.Scalar>(term)))
        }
        const { value, grads } = tf.valueAndGrads(loss)(initial.map(([, x]) => x))
        expect(Number.isFinite(value.dataSync()[0])).toBe(true)
        expect(grads.map(({ shape }) => shape)).toEqual(initial.map(([, { shape }]) => shape))
        for (const gradient of grads) expect(gradient.dataSync().every(Number.isFinite)).toBe(true)
      })
      expect(tf.memory().numTensors).toBe(before)
      teacher.dispose()
    })
  })
}
