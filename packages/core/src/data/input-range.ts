import type { ImageSet, Normalisation } from '../contracts/dataset.js'
import { everyFew } from './every-few.js'

/** Smallest and largest byte, and what they become as model input, over all channels of some images. */
export interface InputRange {
  readonly low: number
  readonly high: number
  /** The widest range of one channel. */
  readonly span: number
  readonly bytes: readonly [number, number]
}

/** Images that are looked at: the range of a set shows in some. */
const IMAGES = 1000

/** The range of model input, `(byte / scale - mean) / std`. */
export function inputRange(set: ImageSet, { scale, mean, std }: Normalisation): InputRange {
  const channels = mean.length
  const least = new Uint8Array(channels).fill(255)
  const most = new Uint8Array(channels)
  const size = set.images.length / set.count
  for (const id of everyFew(set.count, IMAGES))
    for (let i = 0; i < size; i++) {
      const channel = i % channels
      // The set has `size` bytes for each image.
      const byte = set.images[id * size + i]!
      if (byte < least[channel]!) least[channel] = byte
      if (byte > most[channel]!) most[channel] = byte
    }
  // Mean and std have one number for each channel.
  const input = (byte: number, channel: number): number => (byte / scale - mean[channel]!) / std[channel]!
  const spans = Array.from(most, (byte, c) => input(byte, c) - input(least[c]!, c))
  return {
    span: Math.max(...spans),
    low: Math.min(...Array.from(least, input)),
    high: Math.max(...Array.from(most, input)),
    bytes: [Math.min(...least), Math.max(...most)],
  }
}
