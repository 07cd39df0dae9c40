import { beforeAll, describe, expect, it } from 'vitest'
import { loadPublishedImages, needs, published, runs, topOne } from './published-weights.js'

describe('published weights, on all test images', () => {
  let datasets: Awaited<ReturnType<typeof loadPublishedImages>>

  beforeAll(async () => {
    if (runs) datasets = await loadPublishedImages()
  })

  it.skipIf(!runs).each(published)(
    `$id from $file is right on $percent % of the $set test images${needs}`,
    async (weights) => {
      const percent = 100 * (await topOne(weights, datasets[weights.set]))
      expect(Math.abs(percent - Number(weights.percent)), `${percent.toFixed(2)} %`).toBeLessThanOrEqual(0.02)
    },
    600_000,
  )
})
