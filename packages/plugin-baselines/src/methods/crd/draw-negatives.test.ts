import { expect, it } from 'vitest'
import { feedContext } from '../../../test/feed-context.js'
import { drawCounts } from './draw-negatives.js'

it.each([2, 4, 9])('%i: of other classes only, as many as asked for', (negatives) => {
  const { labels, allLabels } = feedContext(0)
  const counts = drawCounts(feedContext(0), negatives)
  for (const [row, label] of labels.entries()) {
    const drawn = counts.subarray(row * allLabels.length, (row + 1) * allLabels.length)
    expect(drawn.reduce((a, b) => a + b)).toBe(negatives)
    for (const [id, other] of allLabels.entries()) if (other === label) expect(drawn[id]).toBe(0)
    if (negatives <= 4) expect(Math.max(...drawn)).toBe(1)
  }
})

it('draws every sample of other classes equally often', () => {
  const sums = [0, 0, 0, 0, 0, 0]
  for (let step = 0; step < 2000; step++) {
    const counts = drawCounts(feedContext(step), 2)
    for (const [id, sum] of sums.entries()) sums[id] = sum + (counts[id] ?? Number.NaN) / 2000
  }
  // The first example is of class 0, as are samples 0 and 3.
  for (const [id, sum] of sums.entries()) {
    if (id % 3 === 0) expect(sum).toBe(0)
    else expect(Math.abs(sum - 0.5)).toBeLessThan(0.05)
  }
})
