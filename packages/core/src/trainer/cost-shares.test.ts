import { expect, it } from 'vitest'
import { createCostShares, TEACHERS } from './cost-shares.js'

it('divides time by what each part took, the teachers evenly, without the first run', () => {
  let now = 0
  const shares = createCostShares(() => now)
  const step = (a: number, b: number, teachers: number): void => {
    shares.time(TEACHERS, () => (now += teachers))
    shares.time('a', () => (now += a))
    shares.time('b', () => (now += b))
  }
  expect(shares.of(['a', 'b'])).toBeUndefined()
  step(1000, 1, 1)
  expect(shares.of(['a', 'b'])).toBeUndefined()
  step(1, 5, 4)
  expect(shares.of(['a', 'b'])).toEqual(
    new Map([
      ['a', 0.3],
      ['b', 0.7],
    ]),
  )
  expect(shares.time('a', () => 'result')).toBe('result')
})
