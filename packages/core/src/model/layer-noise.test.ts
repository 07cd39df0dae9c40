import { describe, expect, it } from 'vitest'
import { philox } from '../random/philox.js'
import { philoxWords } from '../random/philox-words.js'
import { streamKey } from '../random/stream-key.js'
import { drawNoise, type NoiseSite } from './layer-noise.js'

const mask = (shape: number[], rate: number, value = 1): NoiseSite => ({
  name: 'd/0',
  shape,
  law: { kind: 'mask', rate, value },
})

describe('a mask', () => {
  // 0.001: within the first byte. 0.3: a byte is undecided once in 256. 0.5: never.
  it.each([0.001, 0.3, 0.5, 0.999])('keeps the rate %f and the scale', (rate) => {
    const value = 1 / (1 - rate)
    const values = drawNoise(mask([401, 499], rate, value), 1, 'a', 1)
    const count = values.length
    expect(count).toBe(401 * 499)
    const dropped = values.filter((each) => each === 0).length
    // Five standard deviations of a binomial.
    expect(Math.abs(dropped - rate * count)).toBeLessThan(5 * Math.sqrt(rate * (1 - rate) * count))
    expect(new Set(values)).toEqual(new Set([0, Math.fround(value)]))
  })

  it('is a byte for each value, and 32 bits more where that is the first of the rate', () => {
    const rate = 0.3
    const [seed, stream, step, size] = [3, 'a', 9, 3001] as const
    const words = philoxWords(seed, stream, step, size)
    const more = new Uint32Array(4)
    const expected = Array.from({ length: size }, (_, i) => {
      philox(more, 0, [i, step, 2, 0], streamKey(seed, stream))
      const byte = Math.floor(words[Math.floor(i / 4)]! / 256 ** (i % 4)) % 256
      return byte / 2 ** 8 + more[0]! / 2 ** 40 < rate ? 0 : 1
    })
    expect([...drawNoise(mask([size], rate), seed, stream, step)]).toEqual(expected)
  })

  it('differs by seed, step and stream, and by nothing else', () => {
    const site = mask([20, 50], 0.3)
    const values = drawNoise(site, 1, 'a', 1)
    expect(drawNoise(site, 1, 'a', 1)).toEqual(values)
    expect(drawNoise(site, 2, 'a', 1)).not.toEqual(values)
    expect(drawNoise(site, 1, 'a', 2)).not.toEqual(values)
    expect(drawNoise(site, 1, 'b', 1)).not.toEqual(values)
  })

  it('has the same first values whatever its size', () => {
    const long = drawNoise(mask([1001], 0.3), 1, 'a', 1)
    expect(drawNoise(mask([998], 0.3), 1, 'a', 1)).toEqual(long.subarray(0, 998))
  })
})

describe('normal numbers', () => {
  it('have their mean and deviation', () => {
    const law = { kind: 'normal', mean: 2, deviation: 3 } as const
    const values = [...drawNoise({ name: 'n/0', shape: [100_001], law }, 1, 'a', 1)]
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(Math.abs(mean - 2)).toBeLessThan(0.05)
    expect(Math.abs(Math.sqrt(square) - 3)).toBeLessThan(0.04)
    expect(values.every(Number.isFinite)).toBe(true)
  })
})
