import { expect, it } from 'vitest'
import { defineMethod } from './method.js'

it('fills in title, formula, options and one teacher', () => {
  const method = defineMethod({
    id: 'mse',
    summary: 'Squared distance of logits.',
    objective: () => ({ weights: {}, terms: () => ({ terms: {} }) }),
  })
  const { title, formula, teachers, options, kind } = method
  expect({ title, formula, teachers, kind }).toEqual({
    title: 'mse',
    formula: '',
    teachers: { min: 1, max: 1 },
    kind: 'method',
  })
  expect(options.safeParse({}).success).toBe(true)
  expect(options.safeParse({ weight: 1 }).success).toBe(false)
  expect(Object.isFrozen(method)).toBe(true)
})
