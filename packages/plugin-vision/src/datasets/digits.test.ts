import { describe, expect, it } from 'vitest'
import { digits } from './digits.js'

const context = { baseDir: '.', cacheDir: '.', notice: () => undefined }
const count = (labels: Int32Array): number[] =>
  Array.from({ length: 10 }, (_, label) => labels.filter((l) => l === label).length)

describe('digits', () => {
  it('are 1,347 images for training and 450 for testing, a quarter of each class', async () => {
    const { train, test } = await digits.load({}, context)
    expect([train.count, test.count]).toEqual([1347, 450])
    expect(count(train.labels)).toEqual([133, 137, 132, 138, 135, 137, 136, 134, 130, 135])
    expect(count(test.labels)).toEqual([45, 45, 45, 45, 46, 45, 45, 45, 44, 45])
  })

  it('hold values from 0 to 16 that the stated normalisation centres', async () => {
    const { train, normalisation, shape } = await digits.load({}, context)
    const { scale, mean, std } = normalisation
    expect(train.images.length).toBe(train.count * shape[0] * shape[1] * shape[2])
    expect([Math.min(...train.images), Math.max(...train.images)]).toEqual([0, 16])
    const values = [...train.images].map((byte) => (byte / scale - mean[0]!) / std[0]!)
    const average = values.reduce((a, b) => a + b) / values.length
    const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length
    expect(average).toBeCloseTo(0, 3)
    expect(variance).toBeCloseTo(1, 3)
  })

  it('start with the zero that the set is known by', async () => {
    const { test } = await digits.load({}, context)
    expect([...test.labels.slice(0, 1)]).toEqual([0])
    expect([...test.images.slice(0, 16)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0])
  })

  it('carry the credit their licence asks for', async () => {
    const { credit, sources } = await digits.load({}, context)
    expect(credit).toMatch(/Alpaydin.*Kaynak.*UCI.*10\.24432\/C50P49.*CC BY 4\.0/)
    expect(sources).toEqual([{ file: 'digits.bin.gz', sha256: expect.any(String) as string, known: true }])
  })
})
