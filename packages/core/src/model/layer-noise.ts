import { philox } from '../random/philox.js'
import { philoxWords } from '../random/philox-words.js'
import { streamKey } from '../random/stream-key.js'

/** How the numbers of a random layer are distributed. */
export type NoiseLaw = MaskLaw | NormalLaw

/** `value` with probability 1 - rate, else 0. */
interface MaskLaw {
  readonly kind: 'mask'
  readonly rate: number
  readonly value: number
}

interface NormalLaw {
  readonly kind: 'normal'
  readonly mean: number
  readonly deviation: number
}

/** One use of a random layer in a model's forward pass. */
export interface NoiseSite {
  /** `<layer>/<how often the layer was called before>`. */
  readonly name: string
  readonly shape: readonly number[]
  readonly law: NoiseLaw
}

/** The numbers of a site in one step, from the stream of a name; equal on every engine and after a resume. */
export function drawNoise(
  { shape, law }: NoiseSite,
  seed: number,
  stream: string,
  step: number,
): Float32Array {
  const size = shape.reduce((all, n) => all * n, 1)
  const from = { size, seed, stream, step }
  return law.kind === 'mask' ? drawMask(law, from) : drawNormal(law, from)
}

interface Draw {
  readonly size: number
  readonly seed: number
  readonly stream: string
  readonly step: number
}

/**
 * A byte decides for each value, sixteen of one block of Philox. One that equals the first eight bits of the rate does not:
 * then 32 bits more are drawn, so that the rate holds to 40 bits.
 */
function drawMask({ rate, value }: MaskLaw, { size, seed, stream, step }: Draw): Float32Array {
  const limit = Math.floor(rate * 256)
  const rest = (rate * 256 - limit) * 2 ** 32
  const key = streamKey(seed, stream)
  const block = new Uint32Array(4)
  const isDropped = (i: number): boolean => {
    // The last but one word of the counter is 1 for the bytes.
    philox(block, 0, [i, step, 2, 0], key)
    return block[0]! < rest
  }
  const words = philoxWords(seed, stream, step, Math.ceil(size / 4))
  const ofByte = new Float32Array(256).fill(value, limit)
  const undecided = rest > 0 ? limit : -1
  const values = new Float32Array(size)
  for (let i = 0; i < size; i++) {
    // `words` has a byte, and `ofByte` a value for each.
    const byte = (words[i >>> 2]! >>> (8 * (i & 3))) & 0xff
    values[i] = byte === undecided && isDropped(i) ? 0 : ofByte[byte]!
  }
  return values
}

/** Box and Muller: two uniform numbers, the first never 0, give two normal ones. */
function drawNormal({ mean, deviation }: NormalLaw, { size, seed, stream, step }: Draw): Float32Array {
  const values = new Float32Array(size)
  const words = philoxWords(seed, stream, step, size + (size % 2))
  for (let i = 0; i < size; i += 2) {
    // `words` has an even length.
    const radius = Math.sqrt(-2 * Math.log((words[i]! + 1) / 2 ** 32))
    const angle = (2 * Math.PI * words[i + 1]!) / 2 ** 32
    values[i] = mean + deviation * radius * Math.cos(angle)
    // Beyond the end, where it is written to nothing, if the size is odd.
    values[i + 1] = mean + deviation * radius * Math.sin(angle)
  }
  return values
}
