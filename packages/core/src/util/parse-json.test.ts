import { expect, test } from 'vitest'
import { parseJson } from './parse-json.js'

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

test.each([
  '{"a":[1,{"b":null}],"c":"[[{,}\\"\\\\"}',
  '"\\\\"',
  '7',
  nested(200),
  `{"a":${nested(199)}}`,
  JSON.stringify({ many: Array.from({ length: 200 }, () => nested(3)) }),
])('JSON has its value: %j', (text) => {
  expect(parseJson(text)).toEqual({ value: JSON.parse(text) as unknown })
})

test.each([
  ['', 'it is empty'],
  [' \n', 'it is empty'],
  ['{"a":', 'it is not JSON'],
  ['"a', 'it is not JSON'],
  ['"a\\', 'it is not JSON'],
  [']]]]', 'it is not JSON'],
  [nested(201), 'it is nested deeper than 200'],
  ['['.repeat(1_000_000), 'it is nested deeper than 200'],
  ['{"a":'.repeat(201), 'it is nested deeper than 200'],
])('%#: what is none, or too deep, has a problem', (text, problem) => {
  expect(parseJson(text)).toEqual({ problem })
})

test('text that would grow to gigabytes is not built', () => {
  expect(parseJson(`[${'[],'.repeat(2_000_000)}0]`)).toEqual({ problem: 'it has more than 3000000 values' })
  const keys = (count: number): string =>
    `{"a":{${Array.from({ length: count }, (_, i) => `"${i}":0`).join()}}}`
  expect(parseJson(keys(100_000))).toHaveProperty('value')
  expect(parseJson(keys(100_001))).toEqual({ problem: 'it has an object of more than 100000 keys' })
  expect(parseJson(`[${'0,'.repeat(100_001)}0]`)).toHaveProperty('value')
})
