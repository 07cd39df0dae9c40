import { expect, it } from 'vitest'
import type { ImageSet } from '../contracts/dataset.js'
import { splitSet } from './split-set.js'

/** `sizes[c]` images of class c, mixed; the pixel of an image is its index. */
function setOf(sizes: readonly number[]): ImageSet {
  const count = sizes.reduce((a, b) => a + b)
  const labels = Int32Array.from(sizes.flatMap((size, label) => new Array<number>(size).fill(label)))
  const order = Array.from({ length: count }, (_, i) => (i * 7) % count)
  return {
    images: Uint8Array.from({ length: count }, (_, i) => i),
    labels: Int32Array.from(order, (i) => labels[i]!),
    count,
  }
}
const histogram = ({ labels }: ImageSet, classes: number): number[] =>
  Array.from({ length: classes }, (_, c) => labels.filter((label) => label === c).length)

it('divides a set: every image in one part, labels with their images, order kept', () => {
  const set = setOf([60, 30, 10])
  const { train, validation } = splitSet(set, { fraction: 0.2, seed: 1 })
  expect([...train.images, ...validation.images].sort((a, b) => a - b)).toEqual([...set.images])
  for (const part of [train, validation]) {
    expect([...part.images]).toEqual([...part.images].sort((a, b) => a - b))
    expect([...part.labels]).toEqual([...part.images].map((i) => set.labels[i]!))
  }
})

it('keeps the proportions of the classes, and gives exactly the number asked for', () => {
  const set = setOf([60, 30, 11])
  expect(histogram(splitSet(set, { fraction: 0.1, seed: 0 }).validation, 3)).toEqual([6, 3, 1])
  for (const count of [1, 2, 7, 50, 100])
    expect(splitSet(set, { count, seed: 0 })).toMatchObject({
      validation: { count },
      train: { count: 101 - count },
    })
})

it('depends on the seed alone', () => {
  const set = setOf([40, 40])
  const held = (seed: number): number[] => [...splitSet(set, { fraction: 0.25, seed }).validation.images]
  expect(held(3)).toEqual(held(3))
  expect(held(3)).not.toEqual(held(4))
})
