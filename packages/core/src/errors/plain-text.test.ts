import { describe, expect, it } from 'vitest'
import { plainText } from './plain-text.js'
import { UmbraError } from './umbra-error.js'

describe('plainText', () => {
  it.each([
    ['temperature "4" of müller, 北京 🙂', 'temperature "4" of müller, 北京 🙂'],
    ['\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['one\r\n\t two\nthree', 'one two three'],
    ['a\u0000b\u0007c\u009bd', 'a\\u0000b\\u0007c\\u009bd'],
    ['file\u202egnp.exe', 'file\\u202egnp.exe'],
    ['a\u2028b', 'a\\u2028b'],
    ['half \ud800', 'half \\ud800'],
  ])('makes %j %j', (text, plain) => expect(plainText(text, 100)).toBe(plain))

  it('keeps both ends of a long text', () => {
    const text = plainText(`start ${'x'.repeat(2 ** 20)} end`, 100)
    expect(text).toMatch(/^start x+ … x+ end$/)
    expect(text.length).toBeLessThan(110)
  })
})

describe('texts from files in errors', () => {
  const hostile = `\u001b]0;owned\u0007\n${'y'.repeat(2 ** 20)}`

  it.each(['subject', 'expected', 'received', 'remedy'] as const)('as %s stay on one short line', (fact) => {
    const { message, facts } = new UmbraError('UMBRA_FILE_CORRUPT', { subject: 's', [fact]: hostile })
    expect(message.length).toBeLessThan(5000)
    expect(message).not.toMatch(/\p{Cc}/u)
    expect(facts[fact]).not.toMatch(/\p{Cc}/u)
  })

  it('as problems keep their lines and are counted', () => {
    const problems = Array.from({ length: 300 }, (_, i) => `problem ${i}\u001b[1m`)
    const lines = new UmbraError('UMBRA_PROBLEMS', { subject: 's', problems }).message.split('\n')
    expect(lines).toHaveLength(102)
    expect(lines[1]).toBe('  - problem 0\\u001b[1m')
    expect(lines.at(-1)).toBe('  - and 200 more')
  })
})
