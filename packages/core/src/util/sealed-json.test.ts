import { expect, test } from 'vitest'
import { openSealed, sealedJson } from './sealed-json.js'

const value = { top1: 0.5, nested: { b: [1, null], a: 'text' }, bad: Number.NaN }

test('what was sealed is opened as JSON has it', () => {
  expect(openSealed(sealedJson(value))).toEqual({ value: { ...value, bad: null } })
})

test('every change of a character that changes the content is noticed', () => {
  const text = sealedJson(value)
  const content = JSON.stringify(JSON.parse(text))
  for (let at = 0; at < text.length; at++) {
    const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
    const opened = openSealed(changed)
    const same = 'value' in opened && JSON.stringify(JSON.parse(changed)) === content
    expect('problem' in opened || same, `character ${at}`).toBe(true)
  }
})

test.each([
  ['', 'it is empty'],
  ['{"a": 1', 'it is not JSON'],
  ['null', 'it is not a JSON object'],
  ['[]', 'it is not a JSON object'],
  ['"x"', 'it is not a JSON object'],
  ['{"a":1}', 'it has no checksum'],
  ['{"a":1,"checksum":3}', 'its checksum differs'],
])('%j is damaged: %s', (text, problem) => {
  expect(openSealed(text)).toEqual({ problem })
})
