import { type DistillBatch, type FeedContext, randomStream, tf } from '@umbra/core'
import { noParts } from '@umbra/core/testing'
import { FLOAT32_GRADIENT, difference, useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { drawNegatives } from '../crd/draw-negatives.js'
import { dgkd } from './dgkd.js'
import { dml } from './dml.js'

beforeAll(useCpuBackend)

const batchOf = (logits: readonly tf.Tensor2D[], rest: Partial<DistillBatch> = {}): DistillBatch => ({
  labels: tf.tensor1d([0, 1], 'int32'),
  ids: tf.tensor1d([0, 1], 'int32'),
  student: { logits: logits[0]!, taps: {} },
  teachers: [],
  peers: logits.slice(1).map((z) => ({ logits: z, taps: {} })),
  feeds: {},
  scalars: { temperature: tf.scalar(1) },
  seed: tf.tensor1d([0, 0], 'int32'),
  ...rest,
})

const context = (step: number): FeedContext => ({
  ids: Int32Array.of(0, 1),
  labels: Int32Array.of(0, 1),
  allLabels: Int32Array.of(0, 1, 2, 0, 1, 2),
  step,
  stream: randomStream(1, `test/${step}`),
})

describe('dml', () => {
  const objective = dml.objective(dml.options.parse({ peers: 2 }), noParts)
  const total = (batch: DistillBatch): tf.Scalar => {
    const { terms } = objective.terms(batch, {}, {})
    return tf.addN(Object.values(terms).map((term) => tf.mean<tf.Scalar>(term)))
  }

  it('gives each network the gradient of its own loss, the others being constant', () => {
    tf.tidy(() => {
      const logits = [0, 1, 2].map((seed) => tf.randomNormal<tf.Rank.R2>([2, 4], 0, 2, 'float32', seed))
      const { grads } = tf.valueAndGrads((...z: tf.Tensor[]) => total(batchOf(z as tf.Tensor2D[])))(logits)
      const probabilities = logits.map((z) => tf.softmax(z))
      const labels = tf.oneHot(tf.tensor1d([0, 1], 'int32'), 4)
      for (const [k, gradient] of grads.entries()) {
        // (s - onehot) for the labels and the mean of (s - p_l) for the others, over the batch of two
        const own = probabilities[k]!
        const others = tf.div(tf.addN(probabilities.filter((_, l) => l !== k)), 2)
        const expected = tf.div(tf.add(tf.sub(own, labels), tf.sub(own, others)), 2)
        expect(
          difference([...gradient.dataSync()], [...expected.dataSync()], FLOAT32_GRADIENT),
        ).toBeUndefined()
      }
    })
  })

  it('has no mutual term where all networks agree', () => {
    tf.tidy(() => {
      const z = tf.tensor2d([
        [1, 2, 3],
        [3, 0, 1],
      ])
      const { terms } = objective.terms(batchOf([z, z, z]), {}, {})
      for (const name of ['mutual', 'peerMutual'])
        expect(
          difference([...terms[name]!.dataSync()], [0, 0], { relative: 0, absolute: 1e-6 }),
        ).toBeUndefined()
    })
  })
})

describe('dgkd', () => {
  const options = dgkd.options.parse({ assistants: ['a', 'b'], temperature: 1 })
  const objective = dgkd.objective(options, noParts)

  it('leaves out one guide a step, every one of them at some step, and the same one when asked again', () => {
    const kept = (step: number): number[] => [...objective.feeds!(context(step)).kept!.data]
    const draws = Array.from({ length: 40 }, (_, step) => kept(step))
    for (const draw of draws) expect([...draw].sort()).toEqual([0, 1, 1])
    expect(new Set(draws.map((draw) => draw.indexOf(0))).size).toBe(3)
    expect(kept(7)).toEqual(kept(7))
  })

  it('sums the divergence from the guides that stay', () => {
    tf.tidy(() => {
      const [z, ...guides] = [0, 1, 2, 3].map((seed) =>
        tf.randomNormal<tf.Rank.R2>([2, 4], 0, 2, 'float32', seed),
      )
      const kdOf = (kept: number[]): number[] => {
        const teachers = guides.map((logits) => ({ logits, taps: {} }))
        const feeds = { kept: tf.tensor1d(kept) }
        return [...objective.terms(batchOf([z!], { teachers, feeds }), {}, {}).terms.kd!.dataSync()]
      }
      const [a, b, c] = [kdOf([1, 0, 0]), kdOf([0, 1, 0]), kdOf([0, 0, 1])]
      expect(a).not.toEqual(c)
      const both = a.map((value, i) => value + c[i]!)
      expect(difference(kdOf([1, 0, 1]), both, { relative: 1e-5, absolute: 1e-6 })).toBeUndefined()
      expect(kdOf([0, 1, 0])).toEqual(b)
    })
  })

  it('lets each assistant learn from all before it, and keeps the last guide', () => {
    const assistants = dgkd.assistants!(options, { id: 's', options: {} })
    expect(assistants.map(({ teachers }) => teachers)).toEqual(['all', 'all'])
    const kept = assistants.map(({ objective: { feeds } }) => [...feeds!(context(0)).kept!.data])
    expect(kept.map((draw) => draw.length)).toEqual([1, 2])
    expect(kept[0]).toEqual([1])
  })
})

describe('negatives of crd', () => {
  it.each([2, 4, 9])('%i: of other classes only, as many as asked for', (negatives) => {
    const { labels, allLabels } = context(0)
    const counts = drawNegatives(context(0), negatives)
    for (const [row, label] of labels.entries()) {
      const own = counts.subarray(row * allLabels.length, (row + 1) * allLabels.length)
      expect(own.reduce((a, b) => a + b)).toBe(negatives)
      for (const [id, other] of allLabels.entries()) if (other === label) expect(own[id]).toBe(0)
      if (negatives <= 4) expect(Math.max(...own)).toBe(1)
    }
  })

  it('draws every sample of other classes equally often', () => {
    const sums = new Float64Array(6)
    for (let step = 0; step < 2000; step++)
      drawNegatives(context(step), 2)
        .subarray(0, 6)
        .forEach((count, id) => (sums[id]! += count / 2000))
    expect(sums[0]! + sums[3]!).toBe(0)
    for (const id of [1, 2, 4, 5]) expect(Math.abs(sums[id]! - 0.5)).toBeLessThan(0.05)
  })
})
