import { expect, it } from 'vitest'
import { getEntry } from './get-entry.js'

const epochs = new Map([['kd-s0', 0]])

it('returns the entry, falsy ones too', () => {
  expect(getEntry(epochs, 'kd-s0', 'arm')).toBe(0)
})

it('says what is missing', () => {
  expect(() => getEntry(epochs, 'kd-s1', 'arm')).toThrow(new TypeError('there is no arm "kd-s1"'))
})
