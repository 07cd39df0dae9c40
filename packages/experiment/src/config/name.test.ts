import { describe, expect, test } from 'vitest'
import { configSchema } from './experiment-config.js'
import { nameSchema, sameNames } from './name.js'

describe('nameSchema', () => {
  test.each([
    'kd',
    'ats+fitnet',
    'p.q',
    '__proto__',
    'constructor',
    '-x',
    'console',
    'com10',
    'x'.repeat(80),
  ])('takes %s', (name) => {
    expect(nameSchema.parse(name)).toBe(name)
  })

  test.each([
    ...['', '.', '..', '.store', '.hidden', 'a/b', 'a\\b', 'a b', 'a\u001bb', 'a\n', 'x.', 'ä'],
    ...['CON', 'con', 'nul.txt', 'COM1', 'lpt9.log', 'aux', 'x'.repeat(81)],
  ])('refuses %j', (name) => {
    expect(nameSchema.safeParse(name).success).toBe(false)
  })
})

test('names that differ only in capital letters are the same', () => {
  expect(sameNames(['kd', 'ce', 'KD'])).toEqual(['kd', 'KD'])
  expect(sameNames(['kd', 'ce', 'kd2'])).toBeUndefined()
})

test('a seed twice is refused, in a comparison and in a search', () => {
  const base = { dataset: { id: 'toy' }, student: { model: 'toy' }, methods: ['ce'] }
  expect(configSchema.safeParse({ ...base, seeds: [0, 0] }).success).toBe(false)
  expect(configSchema.safeParse({ ...base, search: { seeds: [3, 3] } }).success).toBe(false)
  expect(configSchema.safeParse({ ...base, seeds: [0, 1] }).success).toBe(true)
})

test('an id made of many models stays a name', () => {
  const teachers = Array.from({ length: 20 }, () => ({ model: 'resnet110', weights: 'x.pt' }))
  const config = { dataset: { id: 'toy' }, student: { model: 'toy' }, teachers, methods: ['ce'] }
  expect(nameSchema.safeParse(configSchema.parse(config).pairs[0]?.id).success).toBe(true)
})
