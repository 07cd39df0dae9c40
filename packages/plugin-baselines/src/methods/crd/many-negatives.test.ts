import { type Feed, randomStream, tf } from '@umbra/core'
import { evaluateTerms, noParts } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { crd } from './crd.js'

beforeAll(useCpuBackend)

const [BATCH, SAMPLES, WIDTH, DIMENSION] = [3, 30, 5, 4]
const TEMPERATURE = 0.07
const EPSILON = 1e-7
const allLabels = Int32Array.from({ length: SAMPLES }, (_, i) => i % 3)
const ids = Int32Array.of(4, 0, 17)
const labels = Int32Array.from(ids, (id) => allLabels[id] ?? -1)

type Rows = readonly (readonly number[])[]
const rows = (name: string, count: number, width: number): number[][] => {
  const stream = randomStream(5, name)
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: width }, (_, j) => Math.fround(2 * stream.uniform(i * width + j) - 1)),
  )
}
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)
const unit = (row: readonly number[]): number[] => row.map((x) => x / Math.sqrt(dot(row, row)))

/** Equations 17 to 19 as the authors compute them, in float64: `drawn` holds the ids of each example's negatives. */
function published(embedding: Rows, memory: Rows, drawn: readonly (readonly number[])[]): number[] {
  const [negatives, samples] = [drawn[0]?.length ?? 0, memory.length]
  const score = (g: readonly number[], id: number): number => Math.exp(dot(g, memory[id] ?? []) / TEMPERATURE)
  const pairs = embedding.map((g, i) => [ids[i] ?? -1, ...(drawn[i] ?? [])].map((id) => score(g, id)))
  const z = (pairs.flat().reduce((a, b) => a + b) / pairs.flat().length) * samples
  const noise = negatives / samples
  return pairs.map(([positive = 0, ...others]) => {
    const accepted = Math.log(positive / z / (positive / z + noise + EPSILON))
    return others.reduce((sum, p) => sum - Math.log(noise / (p / z + noise + EPSILON)), -accepted)
  })
}

/** Each example's negatives, of a feed in either form. */
const idsOf = ({ shape: [, width = 0], data }: Feed): number[][] =>
  Array.from(ids, (_, i) => {
    const row = [...data.subarray(i * width, (i + 1) * width)]
    return data instanceof Int32Array ? row : row.flatMap((times, id) => new Array<number>(times).fill(id))
  })

const toTensor = ({ shape, data }: Feed): tf.Tensor =>
  tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32')

it.each([
  ['more than there are samples', 40],
  ['as many as the default, of 30 samples', 16_384],
  ['fewer than there are', 7],
])('gives the published number with %s: K = %i', (_, negatives) => {
  const options = { dimension: DIMENSION, negatives, contrastTemperature: TEMPERATURE, ceWeight: 0 }
  const objective = crd.objective(crd.options.parse(options), noParts)
  const stream = randomStream(3, 'negatives')
  const feeds = objective.feeds?.({ ids, labels, allLabels, step: 1, stream }) ?? {}
  const feed = feeds.negatives
  if (feed === undefined) throw new Error('no negatives')
  const drawn = idsOf(feed)
  expect(drawn.map(({ length }) => length)).toEqual([negatives, negatives, negatives])
  const [s, t] = [rows('student', BATCH, WIDTH), rows('teacher', BATCH, WIDTH)]
  const kernel = rows('kernel', WIDTH, DIMENSION)
  const memories = ['a', 'b'].map((name) => rows(name, SAMPLES, DIMENSION).map(unit))
  const embed = (features: Rows): number[][] =>
    features.map((row) =>
      unit(
        Array.from({ length: DIMENSION }, (_, j) =>
          dot(
            row,
            kernel.map((k) => k[j] ?? 0),
          ),
        ),
      ),
    )
  const [studentMemory = [], teacherMemory = []] = memories
  const forward = published(embed(s), teacherMemory, drawn)
  const back = published(embed(t), studentMemory, drawn)
  const values = tf.tidy(() => {
    const logits = tf.zeros<tf.Rank.R2>([BATCH, 3])
    const { terms } = evaluateTerms(objective, {
      student: { logits, taps: { pooled: tf.tensor2d(s) } },
      teachers: [{ logits, taps: { pooled: tf.tensor2d(t) } }],
      labels: tf.tensor1d(labels, 'int32'),
      batch: { ids: tf.tensor1d(ids, 'int32'), feeds: { negatives: toTensor(feed) } },
      variables: {
        ...{ studentKernel: tf.tensor2d(kernel), teacherKernel: tf.tensor2d(kernel) },
        ...{ studentBias: tf.zeros([DIMENSION]), teacherBias: tf.zeros([DIMENSION]) },
      },
      state: {
        ...{ studentMemory: tf.tensor2d(studentMemory), teacherMemory: tf.tensor2d(teacherMemory) },
        ...{ studentZ: tf.zeros([1]), teacherZ: tf.zeros([1]) },
      },
    })
    return [...(terms.crd?.dataSync() ?? [])]
  })
  for (const [i, value] of values.entries()) {
    const expected = (forward[i] ?? Number.NaN) + (back[i] ?? Number.NaN)
    expect(Math.abs(value / expected - 1)).toBeLessThan(2e-5)
  }
})
