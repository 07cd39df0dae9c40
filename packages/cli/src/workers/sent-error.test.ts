import { UmbraError } from '@umbra/core'
import { expect, test } from 'vitest'
import { packError, unpackError } from './sent-error.js'

/** As between processes. */
const sent = (error: unknown): Error => unpackError(structuredClone(packError(error)))

test('an UmbraError keeps code, facts, stack and causes', () => {
  const cause = new TypeError('x is not a tensor', { cause: 'why' })
  const error = new UmbraError('UMBRA_METHOD', {
    subject: 's',
    expected: 'a',
    received: 'b',
    remedy: 'c',
    cause,
  })
  const other = sent(error)
  expect(other).toBeInstanceOf(UmbraError)
  expect(other).toMatchObject({ code: 'UMBRA_METHOD', message: error.message, stack: error.stack })
  expect(other).toHaveProperty('facts')
  expect('facts' in other && other.facts).toMatchObject({
    subject: 's',
    expected: 'a',
    received: 'b',
    remedy: 'c',
  })
  expect(other.cause).toMatchObject({ name: 'TypeError', message: 'x is not a tensor', stack: cause.stack })
  expect((other.cause as Error).cause).toMatchObject({ message: 'why' })
})

test('several problems stay several lines', () => {
  const error = new UmbraError('UMBRA_PROBLEMS', { subject: 'two', problems: ['one.', 'two.'] })
  expect(sent(error).message).toBe(error.message)
})

test('any other error stays one of no code, and what is no error becomes one', () => {
  const range = new RangeError('too far')
  expect(sent(range)).toMatchObject({ name: 'RangeError', message: 'too far', stack: range.stack })
  expect(sent(range)).not.toBeInstanceOf(UmbraError)
  expect(sent('text')).toMatchObject({ message: 'text' })
})

test('a circle of causes ends', () => {
  const error = new Error('round')
  error.cause = error
  expect(sent(error).message).toBe('round')
})
