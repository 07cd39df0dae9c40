import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gatherViews, viewSampler, type View } from './augment.js'

const shape = [5, 4, 3] as const
const size = 60
const set = {
  images: Uint8Array.from({ length: 3 * size }, (_, i) => (i * 7) % 251 || 1),
  labels: new Int32Array(3),
  count: 3,
}

/** The definition, one pixel at a time: pad, crop, then mirror. */
function slow(sample: number, { dy, dx, flip }: View): number[] {
  const pixels: number[] = []
  for (let y = 0; y < 5; y++)
    for (let x = 0; x < 4; x++)
      for (let c = 0; c < 3; c++) {
        const column = (flip ? 3 - x : x) + dx
        const inside = y + dy >= 0 && y + dy < 5 && column >= 0 && column < 4
        pixels.push(inside ? set.images[sample * size + ((y + dy) * 4 + column) * 3 + c]! : 0)
      }
  return pixels
}

describe('gatherViews', () => {
  it('is pad, crop and mirror', () => {
    const view = fc.record({
      dy: fc.integer({ min: -6, max: 6 }),
      dx: fc.integer({ min: -4, max: 4 }),
      flip: fc.boolean(),
    })
    fc.assert(
      fc.property(view, fc.integer({ min: 0, max: 2 }), (chosen, sample) => {
        const out = new Uint8Array(size).fill(99)
        gatherViews(set, shape, Int32Array.of(sample), () => chosen, out)
        expect([...out]).toEqual(slow(sample, chosen))
      }),
    )
  })
})

describe('viewSampler', () => {
  it('gives the same view for the same seed, epoch and sample, in any order', () => {
    const augment = { crop: 4, flip: true }
    const a = viewSampler(1, 2, augment)
    const b = viewSampler(1, 2, augment)
    const forward = [0, 1, 2, 3].map(a)
    const backward = [3, 2, 1, 0].map(b).reverse()
    expect(forward).toEqual(backward)
    const views = (seed: number, epoch: number): View[] =>
      Array.from({ length: 20 }, (_, i) => viewSampler(seed, epoch, augment)(i))
    expect(views(1, 2)).not.toEqual(views(1, 3))
    expect(views(1, 2)).not.toEqual(views(2, 2))
  })

  it('draws every offset, and mirrors about half', () => {
    const sample = viewSampler(1, 0, { crop: 2, flip: true })
    const views = Array.from({ length: 2000 }, (_, i) => sample(i))
    for (const offset of [-2, -1, 0, 1, 2]) {
      expect(views.filter((v) => v.dx === offset).length).toBeGreaterThan(330)
      expect(views.filter((v) => v.dy === offset).length).toBeGreaterThan(330)
    }
    expect(Math.abs(views.filter((v) => v.flip).length - 1000)).toBeLessThan(110)
  })

  it('leaves images alone when nothing is asked for', () => {
    expect(viewSampler(1, 0, { crop: 0, flip: false })(5)).toEqual({ dy: 0, dx: 0, flip: false })
  })
})
