import { createHash } from 'node:crypto'

const M0 = 0xd2511f53
const M1 = 0xcd9e8d57

/**
 * `count` unsigned 32-bit words of the stream of a name under a seed, for one step: Philox4x32-10 with the counter
 * `[block, step, 1, 0]`, four words a block. The same numbers whoever asks, in whatever order.
 */
export function philoxWords(seed: number, name: string, step: number, count: number): Uint32Array {
  const digest = createHash('sha256').update(`${seed}/${name}`).digest()
  const key = [digest.readInt32LE(0), digest.readInt32LE(4)] as const
  const words = new Uint32Array(Math.ceil(count / 4) * 4)
  // Without the arrays of `philox`: a layer may want millions of words a step.
  for (let block = 0; block * 4 < count; block++) {
    let [k0, k1] = key
    let c0 = block
    let c1 = step
    let c2 = 1
    let c3 = 0
    for (let round = 0; round < 10; round++) {
      const high0 = multiplyHigh(M0, c0)
      const low0 = Math.imul(M0, c0)
      const high1 = multiplyHigh(M1, c2)
      const low1 = Math.imul(M1, c2)
      c0 = high1 ^ c1 ^ k0
      c1 = low1
      c2 = high0 ^ c3 ^ k1
      c3 = low0
      k0 = (k0 + 0x9e3779b9) | 0
      k1 = (k1 + 0xbb67ae85) | 0
    }
    words[block * 4] = c0
    words[block * 4 + 1] = c1
    words[block * 4 + 2] = c2
    words[block * 4 + 3] = c3
  }
  return words.subarray(0, count)
}

/** Upper 32 bits of the product of two unsigned 32-bit numbers, in 16-bit halves that never leave the small integers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16
  const aLow = a & 0xffff
  const bHigh = b >>> 16
  const bLow = b & 0xffff
  const low = Math.imul(aLow, bLow) >>> 16
  const first = (Math.imul(aHigh, bLow) >>> 0) + low
  const second = (Math.imul(aLow, bHigh) >>> 0) + (first & 0xffff)
  return (Math.imul(aHigh, bHigh) + (first >>> 16) + (second >>> 16)) | 0
}
