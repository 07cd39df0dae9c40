import { type MethodDefinition, type Objective, type PartLookup, type StaticShapes, tf } from '@umbra/core'
import { difference, useCpuBackend } from '@umbra/testing'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { multiteacher } from '../plugin.js'

beforeAll(useCpuBackend)

const parts: PartLookup = {
  softening: () => ({
    apply: (logits) => {
      const logProbabilities: Tensor2D = tf.logSoftmax(tf.div(logits, 4))
      return { logProbabilities, probabilities: tf.exp(logProbabilities) }
    },
  }),
  enhancement: () => ({ apply: (targets) => targets }),
  weighting: (id, options) => {
    const found = multiteacher.provides.find((d) => d.kind === 'weighting' && d.id === id)
    if (found?.kind !== 'weighting') throw new Error(id)
    return found.create(found.options.parse(options))
  },
}

/** A network that ends in a dense layer on `channels` inputs. */
const classifier = (channels: number) =>
  tfl.sequential({
    layers: [
      tfl.layers.dense({
        units: CLASSES,
        inputShape: [channels],
        kernelInitializer: tfl.initializers.randomNormal({ stddev: 1, seed: 9 }),
      }),
    ],
  })

const LABELS = [0, 1, 2, 1]
const CLASSES = 3
const random = (shape: number[], seed: number): Tensor => tf.randomNormal(shape, 0, 2, 'float32', seed)

/** Terms of `objective` with `count` copies of one teacher, and the gradient of their weighted sum. */
function evaluate(objective: Objective, count: number) {
  return tf.tidy(() => {
    const taps = { pooled: random([4, 6], 3), stage2: random([4, 4, 4, 2], 4) }
    const teacher = { logits: random([4, CLASSES], 1) as Tensor2D, taps }
    const shape = {
      logits: [4, CLASSES],
      taps: Object.fromEntries(Object.entries(taps).map(([name, tap]) => [name, tap.shape])),
    }
    const shapes: StaticShapes = {
      batch: 4,
      classes: CLASSES,
      samples: 4,
      labels: Int32Array.from(LABELS),
      student: shape,
      teachers: Array.from({ length: count }, () => shape),
    }
    const model = classifier(2)
    const teachers = Array.from({ length: count }, () => model)
    const prepared = objective.prepare?.(shapes, 7, { teachers }) ?? {}
    model.dispose()
    const same = (record: Record<string, Tensor>): Record<string, Tensor> =>
      Object.fromEntries(Object.entries(record).map(([name, value]) => [name, record[first(name)] ?? value]))
    const studentTaps = { pooled: random([4, 6], 5), stage2: random([4, 4, 4, 2], 6) }
    const run = (logits: Tensor2D) =>
      objective.terms(
        {
          labels: tf.tensor1d(LABELS, 'int32'),
          ids: tf.range(0, 4, 1, 'int32'),
          student: { logits, taps: studentTaps },
          teachers: Array.from({ length: count }, () => teacher),
          peers: [],
          feeds: {},
          scalars: { temperature: tf.scalar(4), studentTemperature: tf.scalar(2) },
          seed: tf.tensor1d([0, 0], 'int32'),
        },
        same({ ...prepared.variables }),
        same({ ...prepared.state }),
      )
    const student = random([4, CLASSES], 2) as Tensor2D
    const { terms, state } = run(student)
    const grad = tf.grad((x: Tensor) =>
      tf.addN(Object.values(run(x as Tensor2D).terms).map((t) => tf.sum(t))),
    )(student)
    return {
      terms: Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, [...term.dataSync()]])),
      shapes: Object.values(terms).map((term) => term.shape),
      gradient: [...grad.dataSync()],
      // Absent: unchanged.
      state: Object.keys(state ?? prepared.state ?? {}).toSorted(),
      owed: Object.keys(prepared.state ?? {}).toSorted(),
      variables: Object.keys(prepared.variables ?? {}),
    }
  })
}

/** What belongs to the first teacher under the same name: copies of a teacher get copies of its embeddings. */
const first = (name: string): string => name.replace(/\d+/, '0')

const all = [
  ...['average', 'entropy', 'confidence', 'adaptive'].map((weighting) => ({
    id: 'mkd',
    options: { weighting },
  })),
  { id: 'mkd-hint', options: {} },
  { id: 'mkd-hint', options: { hintWeighting: 'classifier', weighting: 'confidence' } },
  { id: 'mtcd', options: {} },
  { id: 'mtcd', options: { form: 'infonce' } },
  { id: 'umbra', options: { weighting: 'confidence' } },
]

const hintMethod = (options: object): Objective => {
  const found = multiteacher.provides.find(
    (d) => d.kind === 'method' && d.id === 'mkd-hint',
  ) as MethodDefinition
  return found.objective(found.options.parse(options), parts)
}

describe('the hints’ own weights', () => {
  const run = (variant: 'sound' | 'as-released') =>
    evaluate(hintMethod({ hintWeighting: 'classifier', variant }), 3)

  it('sum to 1; as released they are divided by the number of teachers once more', () => {
    const [sound, released] = [run('sound').terms.hint!, run('as-released').terms.hint!]
    expect(
      difference(
        released,
        sound.map((x) => x / 3),
        { relative: 1e-5, absolute: 1e-7 },
      ),
    ).toBeUndefined()
  })

  it('want the map that the classifiers read', () => {
    const model = classifier(5)
    const shape = { logits: [4, CLASSES], taps: { stage2: [4, 4, 4, 2] } }
    const shapes = { batch: 4, classes: CLASSES, samples: 4, labels: Int32Array.from(LABELS) }
    const prepare = () =>
      hintMethod({ hintWeighting: 'classifier' }).prepare!(
        { ...shapes, student: shape, teachers: [shape] },
        1,
        {
          teachers: [model],
        },
      )
    expect(prepare).toThrow(expect.objectContaining({ code: 'UMBRA_TAP_SHAPE' }) as Error)
    model.dispose()
  })
})

describe('teachers of different widths and sizes', () => {
  const shapesOf = (width: number, size: number) => ({
    logits: [4, CLASSES],
    taps: { pooled: [4, width], stage2: [4, size, size, width] },
  })
  const outputs = ({ taps }: ReturnType<typeof shapesOf>, seed: number) => ({
    logits: random([4, CLASSES], seed) as Tensor2D,
    taps: Object.fromEntries(
      Object.entries(taps).map(([name, shape], i) => [name, random(shape, seed + i + 1)]),
    ),
  })

  it.each(['mkd-hint', 'mtcd', 'umbra'])('%s has a projector of its own for each', (id) => {
    const found = multiteacher.provides.find((d) => d.kind === 'method' && d.id === id) as MethodDefinition
    const objective = found.objective(found.options.parse({}), parts)
    const teachers = [shapesOf(3, 4), shapesOf(7, 2), shapesOf(12, 8)]
    const student = shapesOf(5, 4)
    tf.tidy(() => {
      const labels = Int32Array.from(LABELS)
      const shapes = { batch: 4, classes: CLASSES, samples: 4, labels, student, teachers }
      const { variables = {}, state = {} } = objective.prepare!(shapes, 7, { teachers: [] })
      const { terms } = objective.terms(
        {
          labels: tf.tensor1d(LABELS, 'int32'),
          ids: tf.range(0, 4, 1, 'int32'),
          student: outputs(student, 10),
          teachers: teachers.map((shape, k) => outputs(shape, 20 + 10 * k)),
          peers: [],
          feeds: {},
          scalars: { temperature: tf.scalar(4), studentTemperature: tf.scalar(2) },
          seed: tf.tensor1d([0, 0], 'int32'),
        },
        variables,
        state,
      )
      for (const term of Object.values(terms)) expect([...term.dataSync()].every(Number.isFinite)).toBe(true)
      expect(Object.keys(variables).filter((name) => name.includes('2')).length).toBeGreaterThan(0)
    })
  })
})

describe('methods of several teachers', () => {
  it.each(all)(
    '$id $options: the number of identical teachers does not change the terms',
    ({ id, options }) => {
      const found = multiteacher.provides.find((d) => d.kind === 'method' && d.id === id) as MethodDefinition
      const objective = found.objective(found.options.parse(options), parts)
      const before = tf.memory().numTensors
      const one = evaluate(objective, 1)
      const three = evaluate(objective, 3)
      expect(tf.memory().numTensors).toBe(before)
      expect(Object.keys(one.terms)).toEqual(Object.keys(objective.weights))
      for (const shape of one.shapes) expect(shape).toEqual([4])
      const tolerance = { relative: 1e-4, absolute: 1e-5 }
      for (const [name, values] of Object.entries(one.terms)) {
        expect(values.every(Number.isFinite), name).toBe(true)
        expect(difference(three.terms[name]!, values, tolerance), name).toBeUndefined()
      }
      expect(difference(three.gradient, one.gradient, tolerance)).toBeUndefined()
      expect(three.state).toEqual(three.owed)
    },
  )
})
