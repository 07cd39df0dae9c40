import { entryOf, tf } from '@umbra/core'
import { evaluateTerms, noParts } from '@umbra/core/testing'
import { tinyModel, useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { TRANSFERRED } from './reuse-classifier.js'
import { simkd } from './simkd.js'

beforeAll(useCpuBackend)

type Model = ReturnType<typeof tinyModel>

/** Looks at a teacher and a student that ends in its classifier, and disposes both. */
function withStudent(look: (teacher: Model, reused: Model) => void): void {
  const teacher = tinyModel({ filters: 6, batchNorm: true, seed: 2 })
  const student = tinyModel({ filters: 3, seed: 1 })
  const reused = simkd.student?.(student, [teacher], simkd.options.parse({})) ?? student
  look(teacher, reused)
  reused.dispose()
  teacher.dispose()
}

it('ends in the teacher’s classifier, frozen, and trains body and projector', () => {
  withStudent((teacher, reused) => {
    const head = (model: Model) =>
      model
        .getLayer('logits')
        .getWeights()
        .map((weight) => [...weight.dataSync()])
    expect(head(reused)).toEqual(head(teacher))
    const trained = reused.trainableWeights.map(({ name }) => name)
    expect(trained.some((name) => name.startsWith('logits'))).toBe(false)
    expect(trained.some((name) => name.startsWith('conv'))).toBe(true)
    expect(trained.some((name) => name.startsWith('simkd_2'))).toBe(true)
    expect(reused.getLayer(TRANSFERRED).outputShape).toEqual([null, 8, 8, 6])
    expect(reused.outputs.map(({ shape }) => shape)).toEqual([[null, 4]])
  })
})

it('gives the teacher’s logits where the projection is the teacher’s map', () => {
  withStudent((teacher, reused) => {
    tf.tidy(() => {
      const pooled = tf.mean(tf.randomNormal([2, 8, 8, 6], 0, 1, 'float32', 3), [1, 2])
      const logits = (model: Model): number[] => [
        ...(model.getLayer('logits').apply(pooled) as tf.Tensor).dataSync(),
      ]
      expect(logits(reused)).toEqual(logits(teacher))
    })
  })
})

it('leaves no tensor behind, the student’s replaced classifier included', () => {
  const before = tf.memory().numTensors
  withStudent((_, reused) => expect(tf.memory().numTensors).toBeGreaterThan(before + reused.weights.length))
  expect(tf.memory().numTensors).toBe(before)
})

const objective = simkd.objective(simkd.options.parse({ teacherTap: 'relu' }), noParts)

it('is 0 where the maps agree', () => {
  tf.tidy(() => {
    const map = tf.randomNormal([2, 8, 8, 6], 0, 1, 'float32', 3)
    const outputs = (tap: string) => ({ logits: tf.zeros<tf.Rank.R2>([2, 4]), taps: { [tap]: map } })
    const { terms } = evaluateTerms(objective, {
      student: outputs(TRANSFERRED),
      teachers: [outputs('relu')],
      labels: tf.tensor1d([0, 1], 'int32'),
    })
    expect([...entryOf(terms, 'feature').dataSync()]).toEqual([0, 0])
  })
})

it('refuses a tap of other channels', () => {
  const outputs = (tap: string, channels: number) => ({
    logits: [2, 4],
    taps: { [tap]: [2, 8, 8, channels] },
  })
  const sizes = { batch: 2, classes: 4, samples: 2, labels: new Int32Array(2) }
  const prepare = (channels: number) => () =>
    objective.prepare?.(
      { ...sizes, student: outputs(TRANSFERRED, 6), teachers: [outputs('relu', channels)] },
      0,
      { teachers: [] },
    )
  expect(prepare(5)).toThrow(expect.objectContaining({ code: 'UMBRA_TAP_SHAPE' }))
  expect(prepare(6)).not.toThrow()
})
