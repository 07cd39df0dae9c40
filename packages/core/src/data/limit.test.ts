import { expect, it } from 'vitest'
import { limitSet } from './limit.js'

const sorted = (sizes: readonly number[]) => {
  const labels = Int32Array.from(sizes.flatMap((size, label) => new Array<number>(size).fill(label)))
  return { images: Uint8Array.from(labels, (_, i) => i), labels, count: labels.length }
}
const histogram = (labels: Int32Array): number[] => [0, 1, 2].map((c) => labels.filter((l) => l === c).length)

it('takes a share of each class, whatever the order of the set', () => {
  expect(histogram(limitSet(sorted([60, 60, 60]), 30).labels)).toEqual([10, 10, 10])
  expect(histogram(limitSet(sorted([100, 60, 20]), 18).labels)).toEqual([10, 6, 2])
  expect(limitSet(sorted([50, 50, 50]), 100).count).toBe(100)
})

it('keeps labels with their images, and the order of the set; the same images each time', () => {
  const set = sorted([30, 20, 10])
  const limited = limitSet(set, 20)
  const ids = [...limited.images]
  expect(ids).toEqual(ids.toSorted((a, b) => a - b))
  // An image's byte is its index in the set.
  expect([...limited.labels]).toEqual(ids.map((id) => set.labels[id]!))
  expect(limitSet(set, 20)).toEqual(limited)
})

it('is the set itself where the limit does not cut it', () => {
  const set = sorted([3, 3, 3])
  expect(limitSet(set, undefined)).toBe(set)
  expect(limitSet(set, 9)).toBe(set)
  expect(limitSet(set, 50)).toBe(set)
})
