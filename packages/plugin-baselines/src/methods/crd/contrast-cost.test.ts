import { expect, it } from 'vitest'
import { contrastBytes, scoresAll } from './contrast-cost.js'

const sizes = { batch: 64, samples: 50_000, negatives: 16_384, dimension: 128 }

it('scores the whole memory where the negatives are a good part of it', () => {
  expect(scoresAll(sizes)).toBe(true)
  expect(scoresAll({ ...sizes, samples: 30 })).toBe(true)
  expect(scoresAll({ ...sizes, negatives: 1024 })).toBe(false)
  expect(scoresAll({ ...sizes, samples: 1_281_167 })).toBe(false)
})

it('states the memory of CIFAR and of ImageNet', () => {
  expect(contrastBytes(sizes) / 1e9).toBeCloseTo(0.56, 2)
  expect(contrastBytes({ ...sizes, samples: 1_281_167 }) / 1e9).toBeCloseTo(5.14, 2)
})

it('grows with everything it depends on', () => {
  for (const samples of [50_000, 1_281_167])
    for (const key of ['batch', 'samples', 'dimension'] as const) {
      const base = { ...sizes, samples }
      expect(contrastBytes({ ...base, [key]: base[key] + 1 })).toBeGreaterThan(contrastBytes(base))
    }
})
