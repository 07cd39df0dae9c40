import { describe, expect, it } from 'vitest'
import { DARK_COLOURS, LIGHT_COLOURS, SERIES_COLOURS } from './colours.js'

/** Relative luminance and contrast as WCAG 2.2 defines them. */
const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
const contrast = (a: string, b: string): number => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light! + 0.05) / (dark! + 0.05)
}

describe.each([
  ['light', LIGHT_COLOURS],
  ['dark', DARK_COLOURS],
])('%s colours', (_, colours) => {
  it.each(['ink', 'muted', 'link'])('%s is readable on paper and cards', (name) => {
    expect(contrast(colours[name]!, colours.paper!)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colours[name]!, colours.card!)).toBeGreaterThanOrEqual(4.5)
  })

  it('every series stands out from paper', () => {
    const series = Array.from({ length: SERIES_COLOURS }, (_, i) => colours[`series-${i}`]!)
    for (const each of [...series, colours.good!, colours.bad!, colours.warn!]) {
      expect(contrast(each, colours.paper!)).toBeGreaterThanOrEqual(3)
    }
    expect(new Set(series).size).toBe(SERIES_COLOURS)
  })
})
