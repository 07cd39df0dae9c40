import { expect, test } from 'vitest'
import { differences } from './differences.js'

test('each setting that differs is named by its path, with both values', () => {
  const there = { recipe: { epochs: 2, optimiser: { lr: 0.1 } }, hooks: [{ id: 'ema', options: { a: 1 } }] }
  const here = { recipe: { epochs: 3, optimiser: { lr: 0.05 } }, hooks: [{ id: 'ema', options: { a: 2 } }] }
  expect(differences(there, there)).toEqual([])
  expect(differences(there, here)).toEqual([
    'hooks[0].options.a: 1 there, 2 here',
    'recipe.epochs: 2 there, 3 here, which moves the end of every schedule: that is another run',
    'recipe.optimiser.lr: 0.1 there, 0.05 here',
  ])
  expect(differences({}, { threads: 2 })).toEqual(['threads: none there, 2 here'])
  expect(differences({ hooks: [] }, { hooks: ['ema'] })).toEqual(['hooks: [] there, ["ema"] here'])
})
