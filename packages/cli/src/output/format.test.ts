import { expect, test } from 'vitest'
import { columns, duration, rate } from './format.js'

test.each([
  [0, '0s'],
  [59.4, '59s'],
  [59.6, '1m00s'],
  [130, '2m10s'],
  [3599.7, '1h00m'],
  [3900, '1h05m'],
  [NaN, '?'],
  [Infinity, '?'],
])('duration of %d s is %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

test('rates have three digits', () => {
  expect([rate(1234.5), rate(0.1234), rate(NaN)]).toEqual(['1230 img/s', '0.123 img/s', '? img/s'])
})

test('columns align and leave no trailing blanks', () => {
  expect(
    columns([
      ['a', 'bb', ''],
      ['ccc', 'd', 'e'],
    ]),
  ).toBe('a    bb\nccc  d   e')
})
