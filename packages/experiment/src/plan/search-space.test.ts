import { expect, it } from 'vitest'
import { candidatesOf, gridOf, roundsOf } from './search-space.js'

const space = { temperature: [1, 2, 4], weight: [0.1, 0.9] }
const settings = { trials: 4, seeds: [0], eta: 3 }

it('the grid has every combination once', () => {
  expect(gridOf(space)).toHaveLength(6)
  expect(gridOf(space)[1]).toEqual({ temperature: 1, weight: 0.9 })
  expect(new Set(gridOf(space).map((c) => JSON.stringify(c))).size).toBe(6)
})

it('random draws `trials` of them, always the same ones, without duplicates', () => {
  const drawn = candidatesOf(space, { ...settings, strategy: 'random' })
  expect(drawn).toHaveLength(4)
  expect(candidatesOf(space, { ...settings, strategy: 'random' })).toEqual(drawn)
  expect(new Set(drawn.map((c) => JSON.stringify(c))).size).toBe(4)
  expect(candidatesOf(space, { ...settings, strategy: 'grid' })).toHaveLength(6)
})

it('halving multiplies the epochs and divides the candidates', () => {
  expect(roundsOf(9, 27, { ...settings, strategy: 'halving' })).toEqual([
    { candidates: 9, epochs: 3 },
    { candidates: 3, epochs: 9 },
    { candidates: 1, epochs: 27 },
  ])
  // What does not divide is kept.
  expect(roundsOf(10, 9, { ...settings, strategy: 'halving' }).map(({ candidates }) => candidates)).toEqual([
    10, 4, 2,
  ])
  // No more rounds than the epochs allow.
  expect(roundsOf(27, 4, { ...settings, strategy: 'halving' }).map(({ epochs }) => epochs)).toEqual([1, 4])
  expect(roundsOf(9, 27, { ...settings, strategy: 'grid' })).toEqual([{ candidates: 9, epochs: 27 }])
})
