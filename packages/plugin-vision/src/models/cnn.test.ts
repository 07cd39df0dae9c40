import { tapModel } from '@umbra/core/trainer'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { cnn } from './cnn.js'

beforeAll(useCpuBackend)

const context = { inputShape: [8, 8, 1] as const, classes: 10, seedFor: (layer: string) => layer.length }

it('halves the image and doubles the channels between blocks', () => {
  const model = cnn.build(context, { width: 4, depth: 3 })
  const taps = ['stem', 'block2_out', 'block3_out', 'pooled']
  expect(tapModel(model, taps, cnn.taps, 'cnn').shapes(2)).toEqual({
    logits: [2, 10],
    taps: {
      stem: [2, 8, 8, 4],
      block2_out: [2, 4, 4, 8],
      block3_out: [2, 2, 2, 16],
      pooled: [2, 16],
    },
  })
  // 3x3 kernels, four vectors a normalisation, and the classifier.
  expect(model.countParams()).toBe(9 * (4 + 4 * 8 + 8 * 16) + 4 * (4 + 8 + 16) + 16 * 10 + 10)
  model.dispose()
})

it('keeps an image that is too small to halve', () => {
  const model = cnn.build(context, { width: 2, depth: 6 })
  expect(tapModel(model, ['block6_out'], cnn.taps, 'cnn').shapes(1).taps.block6_out).toEqual([1, 2, 2, 8])
  model.dispose()
})

it('has a width of 16 and three blocks unless told otherwise', () => {
  expect(cnn.options.parse({})).toEqual({ width: 16, depth: 3 })
})
