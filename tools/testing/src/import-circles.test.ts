import { expect, it } from 'vitest'
import { importCircles } from './import-circles.js'

it('finds nothing in layers', () => {
  expect(
    importCircles([
      { from: 'a/x.ts', to: 'b/y.ts' },
      { from: 'a/x.ts', to: 'a/z.ts' },
      { from: 'b/y.ts', to: 'c.ts' },
    ]),
  ).toEqual([])
})

it('finds files of one folder that import each other, over any number of others', () => {
  const links = [
    { from: 'a/x.ts', to: 'a/y.ts' },
    { from: 'a/y.ts', to: 'a/z.ts' },
    { from: 'a/z.ts', to: 'a/x.ts' },
  ]
  expect(importCircles(links)).toEqual(['a/x.ts, a/y.ts, a/z.ts'])
})

it('finds folders that import each other through different files', () => {
  const links = [
    { from: 'a/x.ts', to: 'b/y.ts' },
    { from: 'b/z.ts', to: 'a/w.ts' },
  ]
  expect(importCircles(links)).toEqual(['a, b'])
})

it('finds a folder and a file next to it', () => {
  const links = [
    { from: 'top.ts', to: 'a/x.ts' },
    { from: 'a/x.ts', to: 'top.ts' },
  ]
  expect(importCircles(links)).toEqual(['a, top.ts'])
})
