import { describe, expect, it } from 'vitest'
import { permutation } from './permutation.js'
import { type PhiloxCounter, type PhiloxKey, philox } from './philox.js'
import { philoxWords } from './philox-words.js'
import { namedSeed, randomStream } from './stream.js'
import { streamKey } from './stream-key.js'

const hex = (words: Uint32Array): string[] =>
  [...words].map((word) => (word >>> 0).toString(16).padStart(8, '0'))

describe('philox', () => {
  // The known answers published with Random123 (kat_vectors, philox4x32 10).
  it.each<[PhiloxCounter, PhiloxKey, string[]]>([
    [
      [0, 0, 0, 0],
      [0, 0],
      ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8'],
    ],
    [
      [-1, -1, -1, -1],
      [-1, -1],
      ['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd'],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      ['d16cfe09', '94fdcceb', '5001e420', '24126ea1'],
    ],
  ])('gives the published answer for counter %j', (counter, key, expected) => {
    const words = new Uint32Array(4)
    philox(words, 0, counter, key)
    expect(hex(words)).toEqual(expected)
  })
})

describe('philoxWords', () => {
  it('are the words of Philox', () => {
    const blocks = new Uint32Array(8)
    philox(blocks, 0, [0, 9, 1, 0], streamKey(3, 'a'))
    philox(blocks, 4, [1, 9, 1, 0], streamKey(3, 'a'))
    expect(philoxWords(3, 'a', 9, 7)).toEqual(blocks.subarray(0, 7))
  })
})

describe('randomStream', () => {
  it('depends on seed, name, counter and lane only', () => {
    const at = (seed: number, name: string, counter: number, lane = 0): number =>
      randomStream(seed, name).uint32(counter, lane)
    expect(at(1, 'a', 5)).toBe(at(1, 'a', 5))
    const others = [
      at(1, 'a', 5),
      at(2, 'a', 5),
      at(1, 'b', 5),
      at(1, 'a', 6),
      at(1, 'a', 5, 1),
      at(1, 'a', 2 ** 33 + 5),
    ]
    expect(new Set(others).size).toBe(others.length)
  })

  it('is uniform: mean and variance of 20,000 draws', () => {
    const stream = randomStream(3, 'uniform')
    const draws = Array.from({ length: 20_000 }, (_, i) => stream.uniform(i))
    const mean = draws.reduce((a, b) => a + b) / draws.length
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01)
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.003)
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThan(1)
  })

  it('gives seeds that fit in 31 bits', () => {
    for (let i = 0; i < 100; i++) expect(namedSeed(i, 'init/x')).toBeLessThan(2 ** 31)
  })
})

describe('permutation', () => {
  it('holds every sample once, and differs between epochs and seeds', () => {
    const order = permutation(1, 0, 1000)
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
    expect([...order]).toEqual([...permutation(1, 0, 1000)])
    expect([...order]).not.toEqual([...permutation(1, 1, 1000)])
    expect([...order]).not.toEqual([...permutation(2, 0, 1000)])
  })

  it('puts every sample in every place equally often', () => {
    const firsts = new Array<number>(5).fill(0)
    for (let epoch = 0; epoch < 5000; epoch++) firsts[permutation(9, epoch, 5)[0]!]!++
    for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(130)
  })
})
