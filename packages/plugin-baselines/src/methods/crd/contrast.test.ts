import { randomStream, tf } from '@umbra/core'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { type Negatives, contrast, unitRows, updateMemory } from './contrast.js'
import { drawCounts, drawIds } from './draw-negatives.js'

beforeAll(useCpuBackend)

const [BATCH, SAMPLES, DIMENSION] = [4, 40, 6]
const allLabels = Int32Array.from({ length: SAMPLES }, (_, i) => i % 4)
const ids = Int32Array.of(3, 17, 8, 30)
const labels = Int32Array.from(ids, (id) => id % 4)

const draw = (step: number) => ({ labels, allLabels, stream: randomStream(2, `step/${step}`) })
const counted = (drawn: Int32Array, negatives: number): Float32Array => {
  const counts = new Float32Array(BATCH * SAMPLES)
  // Ids are below the number of samples.
  for (const [i, id] of drawn.entries()) counts[Math.floor(i / negatives) * SAMPLES + id]! += 1
  return counts
}

it.each([1, 9, 25, 300])('gives the same loss, gradient and normaliser both ways, K = %i', (count) => {
  tf.tidy(() => {
    const drawn = drawIds(draw(1), count)
    const memory = unitRows(tf.randomNormal([SAMPLES, DIMENSION], 0, 1, 'float32', 5))
    const embedding = unitRows(tf.randomNormal([BATCH, DIMENSION], 0, 1, 'float32', 6))
    const direction = (negatives: Negatives) => (g: tf.Tensor2D) =>
      contrast({
        ...{ embedding: g, memory, ids: tf.tensor1d(ids, 'int32'), negatives, count },
        ...{ temperature: 0.07, normaliser: tf.zeros([1]) },
      })
    const all = direction({ counts: tf.tensor2d(counted(drawn, count), [BATCH, SAMPLES]) })
    const few = direction({ drawn: tf.tensor2d(drawn, [BATCH, count], 'int32') })
    const values = (run: typeof all) => {
      const { value, grad } = tf.valueAndGrad((g) => tf.sum(run(g as tf.Tensor2D).loss))(embedding)
      return [...value.dataSync(), ...grad.dataSync(), ...run(embedding).normaliser.dataSync()]
    }
    const [a, b] = [values(all), values(few)]
    for (const [i, value] of b.entries())
      expect(Math.abs(value - (a[i] ?? Number.NaN))).toBeLessThan(1e-5 * (1 + Math.abs(value)))
  })
})

it('draws ids of other classes, distinct while there are enough, each equally often', () => {
  for (const negatives of [10, 20, 30, 31]) {
    const sums = new Float64Array(SAMPLES)
    for (let step = 0; step < 400; step++) {
      const drawn = drawIds(draw(step), negatives)
      expect(drawn).toHaveLength(BATCH * negatives)
      const first = drawn.subarray(0, negatives)
      if (negatives <= 30) expect(new Set(first).size).toBe(negatives)
      // Ids are below the number of samples.
      for (const id of first) sums[id]! += 1 / 400
      const sameClass = drawn.filter((id, i) => allLabels[id] === labels[Math.floor(i / negatives)])
      expect(sameClass).toHaveLength(0)
    }
    for (const [id, sum] of sums.entries())
      if (allLabels[id] !== labels[0]) expect(Math.abs(sum - negatives / 30)).toBeLessThan(0.12)
  }
})

it('draws as many in counts as in ids', () => {
  for (const negatives of [5, 30, 100])
    expect(drawCounts(draw(1), negatives).reduce((a, b) => a + b)).toBe(BATCH * negatives)
})

it('moves the rows of the batch alone, and leaves the memory it was given', () => {
  tf.tidy(() => {
    const memory = unitRows(tf.randomNormal([5, 3], 0, 1, 'float32', 5))
    const before = [...memory.dataSync()]
    const moved = updateMemory(memory, tf.tensor2d([[0, 0, 1]]), tf.tensor1d([3], 'int32'), 0.5)
    expect([...memory.dataSync()]).toEqual(before)
    const rows = moved.arraySync()
    for (const id of [0, 1, 2, 4]) expect(rows[id]).toEqual(before.slice(3 * id, 3 * id + 3))
    const [x = 0, y = 0, z = 0] = before.slice(9, 12)
    const length = Math.hypot(x / 2, y / 2, (z + 1) / 2)
    for (const [i, value] of [x / 2, y / 2, (z + 1) / 2].entries())
      expect(rows[3]?.[i]).toBeCloseTo(value / length, 6)
  })
})
