import { philox } from './philox.js'
import { streamKey } from './stream-key.js'

/** Random numbers addressed by a counter: the same (seed, name, counter) gives the same number, in any order. */
export interface RandomStream {
  /** Unsigned 32-bit integer. `lane` 0..3 gives independent numbers for one counter. */
  readonly uint32: (counter: number, lane?: number) => number
  /** Uniform in [0, 1), with 32 random bits. */
  readonly uniform: (counter: number, lane?: number) => number
  /** Uniform integer in [0, below). */
  readonly integer: (counter: number, below: number, lane?: number) => number
}

/**
 * The stream of a name under a root seed (`randomStream(7, 'order/epoch-3')`).
 *
 * The name is hashed into the key, so streams of different names are independent and nothing has to be saved to resume one.
 */
export function randomStream(seed: number, name: string): RandomStream {
  const key = streamKey(seed, name)
  const words = new Uint32Array(4)
  const uint32 = (counter: number, lane = 0): number => {
    philox(words, 0, [counter | 0, Math.floor(counter / 2 ** 32) | 0, 0, 0], key)
    // Philox gives four numbers, one for each lane.
    return words[lane]!
  }
  const uniform = (counter: number, lane = 0): number => uint32(counter, lane) / 2 ** 32
  return {
    uint32,
    uniform,
    integer: (counter, below, lane = 0) => Math.floor(uniform(counter, lane) * below),
  }
}

/** A 31-bit seed for code that wants a plain number (initialisers of layers, native random operations). */
export const namedSeed = (seed: number, name: string): number => randomStream(seed, name).uint32(0) >>> 1
