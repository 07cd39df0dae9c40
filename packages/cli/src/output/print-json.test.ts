import { expect, test } from 'vitest'
import { printJson } from './print-json.js'

test('what is printed is the value, and steers no terminal', () => {
  const value = { name: '\u009b31mred\u007f\u001b[0m é' }
  let out = ''
  printJson(
    { out: (text) => void (out += text), err: () => undefined, colour: false, cwd: '', env: {} },
    value,
  )
  expect(JSON.parse(out)).toEqual(value)
  expect(out).toMatch(/^[\n\u0020-\u007e\u00a0-\uffff]*$/)
})
