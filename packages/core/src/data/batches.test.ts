import { describe, expect, it } from 'vitest'
import { createBatches } from './batches.js'

const set = {
  images: Uint8Array.from({ length: 10 }, (_, i) => i),
  labels: Int32Array.from({ length: 10 }, (_, i) => i % 3),
  count: 10,
}
const options = { seed: 4, augment: { crop: 0, flip: false } }

describe('createBatches', () => {
  it('shows every sample at most once an epoch, with its own image and label', () => {
    const batches = createBatches(set, [1, 1, 1], 3, options)
    expect(batches.stepsPerEpoch).toBe(3)
    const seen: number[] = []
    for (let step = 0; step < 3; step++) {
      const { images, labels, ids } = batches.at(step)
      expect([...images]).toEqual([...ids])
      expect([...labels]).toEqual([...ids].map((id) => id % 3))
      seen.push(...ids)
    }
    expect(new Set(seen).size).toBe(9)
  })

  it('takes the samples of every epoch in an order of its own', () => {
    const batches = createBatches(set, [1, 1, 1], 5, options)
    const order = (epoch: number): string => [0, 1].flatMap((i) => [...batches.at(2 * epoch + i).ids]).join()
    expect(new Set([0, 1, 2, 3].map(order)).size).toBe(4)
  })

  it('gives the same batch for a step whatever came before it', () => {
    const one = createBatches(set, [1, 1, 1], 3, options)
    for (let step = 0; step < 7; step++) one.at(step)
    expect([...one.at(7).ids]).toEqual([...createBatches(set, [1, 1, 1], 3, options).at(7).ids])
  })
})
