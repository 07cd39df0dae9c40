import { beforeAll, describe, expect, it } from 'vitest'
import { hasData, needsData } from './large-data.js'
import { loadPublishedImages, needs, published, runs, topOne } from './published-weights.js'

const IMAGES = 1000

describe('published weights', () => {
  let datasets: Awaited<ReturnType<typeof loadPublishedImages>>

  beforeAll(async () => {
    if (hasData) datasets = await loadPublishedImages()
  })

  it.skipIf(!hasData)(`run on the published images${needsData}`, () => {
    for (const { sources, test, train } of Object.values(datasets)) {
      expect(sources.map(({ known }) => known)).toEqual(sources.map(() => true))
      expect(test.count).toBe(10_000)
      expect(train.count % 10_000).toBe(0)
    }
  })

  // All images, with the published percentages: published-weights.long.test.ts.
  it.skipIf(!runs).each(published)(
    `$id from $file is right on $right of ${IMAGES} test images of $set${needs}`,
    async (weights) => {
      const top1 = await topOne(weights, datasets[weights.set], IMAGES)
      // Another processor may round one image the other way.
      expect(
        Math.abs(Math.round(top1 * IMAGES) - weights.right),
        `${top1 * IMAGES} right`,
      ).toBeLessThanOrEqual(1)
    },
    120_000,
  )
})
