import { expect, it } from 'vitest'
import { duration, parameters, percentSpread } from './format.js'

it.each([
  [0, '0.0 s'],
  [12.34, '12.3 s'],
  [59.96, '1 min 00 s'],
  [185, '3 min 05 s'],
  [3599.6, '1 h 00 min'],
  [7620, '2 h 07 min'],
])('duration of %d s is %s', (seconds, text) => expect(duration(seconds)).toBe(text))

it.each([
  [950, '950'],
  [12_345, '12.3 k'],
  [861_620, '861.6 k'],
  [23_705_252, '23.71 M'],
])('%d parameters are %s', (count, text) => expect(parameters(count)).toBe(text))

it('shows a spread only where there is one', () => {
  expect(percentSpread({ mean: 0.73121, deviation: 0.00312, count: 3 })).toBe('73.12 ± 0.31')
  expect(percentSpread({ mean: 0.73121, count: 1 })).toBe('73.12')
})

it('has no minus before a zero', () => {
  expect(percentSpread({ mean: -0.000001, count: 1 })).toBe('0.00')
})
