import { expect, it } from 'vitest'
import { divideSeconds } from './divide-seconds.js'

const evenly = (arms: readonly string[]): Map<string, number> =>
  new Map(arms.map((arm) => [arm, 1 / arms.length]))

it('divides the time between two ends among those still in training', () => {
  const seconds = new Map([
    ['early', 4],
    ['a', 10],
    ['b', 10],
  ])
  const divided = divideSeconds(seconds, evenly)!
  expect(divided.get('early')).toBeCloseTo(4 / 3)
  expect(divided.get('a')).toBeCloseTo(4 / 3 + 3)
  expect(divided.get('b')).toBeCloseTo(4 / 3 + 3)
  expect([...divided.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(10)
})

it('is the share of the whole where all end together', () => {
  const seconds = new Map([
    ['a', 10],
    ['b', 10],
  ])
  const shares = new Map([
    ['a', 0.3],
    ['b', 0.7],
  ])
  expect(divideSeconds(seconds, () => shares)).toEqual(
    new Map([
      ['a', 3],
      ['b', 7],
    ]),
  )
  expect(divideSeconds(seconds, () => undefined)).toBeUndefined()
})
