import { describe, expect, it } from 'vitest'
import { combineProblems } from './combine-problems.js'
import { UmbraError } from './umbra-error.js'

describe('UmbraError', () => {
  it.each([
    [{ subject: 'tap "stage3" is unknown' }, 'tap "stage3" is unknown.'],
    [{ subject: 'T', expected: 'a number > 0', received: '-1' }, 'T: expected a number > 0, received -1.'],
    [{ subject: 'T', received: '-1', remedy: 'Try 2' }, 'T: received -1. Try 2.'],
    [{ subject: 'T', received: 'ce, mathc.', remedy: 'Try 2.' }, 'T: received ce, mathc. Try 2.'],
    [{ subject: 'it failed.', expected: 'x.', received: 'y.' }, 'it failed: expected x, received y.'],
    [{ subject: 'T', received: 'a, b, …' }, 'T: received a, b, …'],
    [{ subject: 'Is it there?', remedy: 'Look!' }, 'Is it there? Look!'],
  ])('makes one sentence of %j', (facts, message) => {
    expect(new UmbraError('UMBRA_OPTION', facts).message).toBe(message)
  })

  it('keeps code, facts and cause', () => {
    const cause = new Error('ENOSPC')
    const error = new UmbraError('UMBRA_DISK_FULL', { subject: 'run', cause })
    expect(error).toBeInstanceOf(Error)
    expect([error.name, error.code, error.cause]).toEqual(['UmbraError', 'UMBRA_DISK_FULL', cause])
    expect(error.facts.subject).toBe('run')
  })

  it('has no cause of its own making', () => {
    expect('cause' in new UmbraError('UMBRA_OPTION', { subject: 's' })).toBe(false)
  })
})

describe('combineProblems', () => {
  const one = new UmbraError('UMBRA_OPTION', { subject: 'first' })
  const two = new UmbraError('UMBRA_PLUGIN_CONTRACT', { subject: 'second', expected: 'x', received: 'y' })

  it('returns a single problem as it is', () => {
    expect(combineProblems('plugins', [one])).toBe(one)
  })

  it('lists several, a line each', () => {
    const both = combineProblems('plugins', [one, two])
    expect(both.code).toBe('UMBRA_PROBLEMS')
    expect(both.message).toBe('plugins: 2 problems:\n  - first.\n  - second: expected x, received y.')
  })
})
