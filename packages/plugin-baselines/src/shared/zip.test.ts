import { expect, it } from 'vitest'
import { zip } from './zip.js'

it('pairs what stands at the same place', () => {
  expect(zip([1, 2], ['a', 'b'])).toEqual([
    [1, 'a'],
    [2, 'b'],
  ])
  expect(zip([], [])).toEqual([])
})

it('refuses lists of different lengths', () => {
  expect(() => zip([1, 2], ['a'])).toThrow('2 and 1')
})
