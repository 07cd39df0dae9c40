/** Grey images of 6x6 pixels with their labels, in the form of a data set's part. */
export interface ToyImages {
  readonly images: Uint8Array
  readonly labels: Int32Array
  readonly count: number
}

/** Images whose class of three shows: class c has a bright row 2c, under noise. Equal seeds give equal images. */
export function toyImages(count: number, seed = 1): ToyImages {
  const noise = (i: number, below: number): number => mixed(seed * 0x9e3779b1 + i) % below
  const labels = Int32Array.from({ length: count }, (_, i) => noise(i, 3))
  const images = Uint8Array.from({ length: count * 36 }, (_, i) => {
    const row = Math.floor((i % 36) / 6)
    const bright = row === 2 * labels[Math.floor(i / 36)]! ? 160 : 0
    return bright + noise(i + 1_000_003, 90)
  })
  return { images, labels, count }
}

/** A 32-bit integer with its bits well mixed (the finaliser of MurmurHash3). */
function mixed(value: number): number {
  let x = value >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
