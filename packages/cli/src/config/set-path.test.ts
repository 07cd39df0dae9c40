import { expect, test } from 'vitest'
import { setPath } from './set-path.js'

test('sets nested values on a copy', () => {
  const before = { recipe: { epochs: 3, optimiser: { lr: 1 } } }
  expect(setPath(before, 'recipe.optimiser.lr', 2)).toEqual({ recipe: { epochs: 3, optimiser: { lr: 2 } } })
  expect(before.recipe.optimiser.lr).toBe(1)
  expect(setPath({}, 'a.b.c', 'x')).toEqual({ a: { b: { c: 'x' } } })
})

test('goes into lists and opens bare ids', () => {
  expect(setPath({ methods: ['ce', 'kd'] }, 'methods.1.options.temperature', 2)).toEqual({
    methods: ['ce', { id: 'kd', options: { temperature: 2 } }],
  })
  expect(setPath({ seeds: [0] }, 'seeds.1', 7)).toEqual({ seeds: [0, 7] })
})

test.each(['', 'a..b', '__proto__.x', 'methods.5', 'methods.x', 'n.x'])('refuses the path "%s"', (path) => {
  expect(() => setPath({ methods: ['ce'], n: 3 }, path, 1)).toThrow(
    expect.objectContaining({ code: 'UMBRA_USAGE' }),
  )
})

test('goes into the parts of a sum', () => {
  const set = (methods: unknown[], path: string): unknown => setPath({ methods }, path, 50).methods
  expect(set(['ats+fitnet'], 'methods.0.options.fitnet.weight')).toEqual([
    { id: 'ats+fitnet', options: { fitnet: { weight: 50 } } },
  ])
  expect(set([{ of: ['ats', 'fitnet'] }], 'methods.0.of.1.options.weight')).toEqual([
    { of: ['ats', { id: 'fitnet', options: { weight: 50 } }] },
  ])
})
