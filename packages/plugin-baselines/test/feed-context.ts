import { type FeedContext, randomStream } from '@umbra/core'

/** Two examples of three classes, each of which has two samples. */
export const feedContext = (step: number): FeedContext => ({
  ids: Int32Array.of(0, 1),
  labels: Int32Array.of(0, 1),
  allLabels: Int32Array.of(0, 1, 2, 0, 1, 2),
  step,
  stream: randomStream(1, `test/${step}`),
})
