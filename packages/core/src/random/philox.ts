/** A 128-bit counter, as four 32-bit words. */
export type PhiloxCounter = [number, number, number, number]

/** A 64-bit key, as two 32-bit words. */
export type PhiloxKey = readonly [number, number]

/**
 * Philox4x32-10: four random 32-bit words from a counter and a key, without hidden state, written to `out` from `at` on.
 *
 * Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
 */
export function philox(out: Uint32Array, at: number, counter: PhiloxCounter, key: PhiloxKey): void {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0)
    const low0 = Math.imul(0xd2511f53, c0)
    const high1 = multiplyHigh(0xcd9e8d57, c2)
    const low1 = Math.imul(0xcd9e8d57, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + 0x9e3779b9) | 0
    k1 = (k1 + 0xbb67ae85) | 0
  }
  out[at] = c0
  out[at + 1] = c1
  out[at + 2] = c2
  out[at + 3] = c3
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
