import { describe, expect, it } from 'vitest'
import { seriesScale, shapeScale } from './series.js'

describe('series', () => {
  it('tells more than two dozen apart by colour and shape', () => {
    const names = Array.from({ length: 30 }, (_, i) => `method ${i}`)
    const [colours, shapes] = [seriesScale(names).range, shapeScale(names).range]
    expect(new Set(names.map((_, i) => `${colours[i]} ${shapes[i]}`)).size).toBe(30)
  })
})
