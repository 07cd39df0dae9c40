import { UmbraError } from '@umbra/core'
import { expect, test } from 'vitest'
import { printFailure } from './print-failure.js'

function printed(error: unknown, { json = false, debug = false } = {}) {
  let out = ''
  let err = ''
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    colour: false,
    cwd: '/',
    env: {},
  }
  const code = printFailure(error, io, { json, debug })
  return { code, out, err }
}

test.each([
  [new UmbraError('UMBRA_OPTION', { subject: 'x' }), 2],
  [new UmbraError('UMBRA_PLUGIN_CONTRACT', { subject: 'x' }), 2],
  [new UmbraError('UMBRA_READ_ONLY', { subject: 'x' }), 2],
  [new UmbraError('UMBRA_DISK_FULL', { subject: 'x' }), 2],
  [new UmbraError('UMBRA_ENGINE_BUILD', { subject: 'x' }), 1],
  [new UmbraError('UMBRA_DIVERGED', { subject: 'x' }), 1],
  [new UmbraError('UMBRA_INTERRUPTED', { subject: 'x' }), 130],
  [Object.assign(new Error('no space left'), { code: 'ENOSPC', path: '/a/b' }), 2],
  [new TypeError('x is not a function'), 1],
  ['a text', 1],
])('exit code of %s is %d', (error, code) => {
  expect(printed(error)).toMatchObject({
    code,
    out: '',
    err: expect.stringMatching(/^error[^\n]*\n$/) as string,
  })
})

test('a defect says how to see more; --debug shows the causes too', () => {
  const error = new Error('outer', { cause: new Error('inner') })
  expect(printed(error).err).toBe('error: outer (a bug in Umbra; --debug shows where)\n')
  expect(printed(error, { debug: true }).err).toMatch(
    /^error: outer\nError: outer\n {4}at [^]*\ncaused by Error: inner\n/,
  )
})

test('several problems keep their lines', () => {
  const { err } = printed(new UmbraError('UMBRA_PROBLEMS', { subject: 'two', problems: ['one.', 'other.'] }))
  expect(err).toBe('error UMBRA_PROBLEMS: two:\n  - one.\n  - other.\n')
})
