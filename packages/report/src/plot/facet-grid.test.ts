import { describe, expect, it } from 'vitest'
import { facetGrid } from './facet-grid.js'

describe('facetGrid', () => {
  it('fills every row where it can, and gives every panel its axis where it cannot', () => {
    expect(facetGrid(2, 3)).toEqual({ columns: 2, axis: {} })
    expect(facetGrid(3, 3)).toEqual({ columns: 3, axis: {} })
    expect(facetGrid(4, 3)).toEqual({ columns: 2, axis: {} })
    expect(facetGrid(6, 3)).toEqual({ columns: 3, axis: {} })
    expect(facetGrid(7, 3)).toEqual({ columns: 3, axis: { x: 'independent' } })
    expect(facetGrid(7, 1)).toEqual({ columns: 1, axis: {} })
    expect(facetGrid(0, 3)).toEqual({ columns: 1, axis: {} })
  })
})
