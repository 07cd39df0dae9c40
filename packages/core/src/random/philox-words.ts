import { type PhiloxCounter, philox } from './philox.js'
import { streamKey } from './stream-key.js'

/**
 * `count` unsigned 32-bit words of the stream of a name under a seed, for one step: Philox4x32-10 with the counter
 * `[block, step, 1, 0]`, four words a block. The same numbers whoever asks, in whatever order.
 */
export function philoxWords(seed: number, name: string, step: number, count: number): Uint32Array {
  const key = streamKey(seed, name)
  const blocks = Math.ceil(count / 4)
  const words = new Uint32Array(blocks * 4)
  // One array for all blocks: a layer may want millions of words a step.
  const counter: PhiloxCounter = [0, step, 1, 0]
  for (let block = 0; block < blocks; block++) {
    counter[0] = block
    philox(words, block * 4, counter, key)
  }
  return words.subarray(0, count)
}
