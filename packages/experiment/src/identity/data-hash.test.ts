import { toyImages } from '@umbra/testing'
import { expect, it } from 'vitest'
import { type HashedDataset, hashDataset } from './data-hash.js'

const dataset = (over: Partial<HashedDataset> = {}): HashedDataset => ({
  ...{ shape: [6, 6, 1], classes: ['a', 'b', 'c'], train: toyImages(20), test: toyImages(10, 2) },
  normalisation: { scale: 255, mean: [0.3], std: [0.3] },
  ...over,
})
const hashes = (over?: Partial<HashedDataset>): readonly string[] => {
  const { dataHash, testHash } = hashDataset(dataset(over))
  return [dataHash, testHash()]
}
const base = hashes()

it('is the same for the same contents in other memory', () => {
  expect(hashes({ train: { ...toyImages(20), images: toyImages(20).images.slice() } })).toEqual(base)
})

it('depends on every byte, label, class name, figure of the normalisation, and on the split', () => {
  const { images, labels, count } = toyImages(20)
  const pixel = images.slice()
  pixel[7] = (pixel[7] ?? 0) ^ 1
  const label = labels.slice()
  label[3] = ((label[3] ?? 0) + 1) % 3
  const first = { images: images.subarray(0, 15 * 36), labels: labels.subarray(0, 15), count: 15 }
  const rest = { images: images.subarray(15 * 36), labels: labels.subarray(15), count: 5 }
  const others = [
    { train: { images: pixel, labels, count } },
    { train: { images, labels: label, count } },
    { classes: ['a', 'b', 'd'] },
    { normalisation: { scale: 255, mean: [0.31], std: [0.3] } },
    { shape: [3, 12, 1] },
    { train: first, validation: rest },
    { train: rest, validation: first },
  ] as const
  expect(new Set([base, ...others.map(hashes)].map(([training]) => training)).size).toBe(others.length + 1)
})

it('of the training depends on no test image, and reads none', () => {
  const other = hashes({ test: toyImages(10, 3) })
  expect(other[0]).toBe(base[0])
  expect(other[1]).not.toBe(base[1])
  const unread = {
    labels: new Int32Array(),
    count: 0,
    get images(): never {
      throw new Error('read')
    },
  }
  expect(hashDataset(dataset({ test: unread })).dataHash).toBe(base[0])
})
