import { z } from '@umbra/core'
import { expect, it } from 'vitest'
import { valueSource } from './value-source.js'

it('is the text of functions and plain data, whatever the order of keys', () => {
  const one = { weight: 1, terms: () => 1, list: [Infinity, 'a'] }
  expect(valueSource({ list: [Infinity, 'a'], terms: one.terms, weight: 1 })).toEqual(valueSource(one))
  expect(valueSource({ ...one, weight: 2 })).not.toEqual(valueSource(one))
  expect(valueSource({ ...one, terms: () => 2 })).not.toEqual(valueSource(one))
})

it('leaves out what a class made, and survives circles', () => {
  const value: Record<string, unknown> = { options: z.strictObject({}) }
  value.self = value
  expect(valueSource(value)).toEqual({ options: 'a ZodObject', self: 'circular' })
})
