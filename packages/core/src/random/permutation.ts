import { randomStream } from './stream.js'

/** Order of `count` samples in an epoch: Fisher-Yates over the stream `order/epoch-<epoch>` of the seed. */
export function permutation(seed: number, epoch: number, count: number): Int32Array {
  const stream = randomStream(seed, `order/epoch-${epoch}`)
  const order = Int32Array.from({ length: count }, (_, i) => i)
  // Both i and j are below count.
  for (let i = count - 1; i > 0; i--) {
    const j = stream.integer(i, i + 1)
    const swap = order[i]!
    order[i] = order[j]!
    order[j] = swap
  }
  return order
}
