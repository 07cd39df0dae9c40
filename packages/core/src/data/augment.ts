import type { ImageSet } from '../contracts/dataset.js'
import { randomStream } from '../random/stream.js'
import type { Recipe } from '../recipe/recipe.js'

export type Augmentation = Recipe['augment']

/** Where a sample's view is taken from: offsets of the crop in the padded image, and whether it is mirrored. */
export interface View {
  readonly dy: number
  readonly dx: number
  readonly flip: boolean
}

/** View of a sample in an epoch: a pure function of (seed, epoch, sample), so nothing of the data stream has to be saved. */
export function viewSampler(
  seed: number,
  epoch: number,
  { crop, flip }: Augmentation,
): (sample: number) => View {
  const stream = randomStream(seed, `augment/epoch-${epoch}`)
  return (sample) => ({
    dy: crop > 0 ? stream.integer(sample, 2 * crop + 1, 0) - crop : 0,
    dx: crop > 0 ? stream.integer(sample, 2 * crop + 1, 1) - crop : 0,
    flip: flip && stream.uniform(sample, 2) < 0.5,
  })
}

/**
 * Copies the views of some samples into `out`, `[ids.length, height, width, channels]`; what lies outside an image is 0.
 *
 * Done on bytes before they reach the engine: a few row copies an image, the same bits on every engine.
 */
export function gatherViews(
  set: ImageSet,
  [height, width, channels]: readonly [number, number, number],
  ids: Int32Array,
  view: (sample: number) => View,
  out: Uint8Array,
): void {
  const size = height * width * channels
  const row = width * channels
  for (const [i, id] of ids.entries()) {
    const { dy, dx, flip } = view(id)
    const source = id * size
    const target = i * size
    if (dy === 0 && dx === 0 && !flip) {
      out.set(set.images.subarray(source, source + size), target)
      continue
    }
    // In the unmirrored view, column x shows column x + dx of the image.
    const first = Math.max(0, -dx)
    const last = Math.min(width, width - dx)
    for (let y = 0; y < height; y++) {
      const to = target + y * row
      const fromRow = y + dy
      if (fromRow < 0 || fromRow >= height) {
        out.fill(0, to, to + row)
        continue
      }
      const from = source + fromRow * row
      if (!flip) {
        out.fill(0, to, to + first * channels)
        out.set(
          set.images.subarray(from + (first + dx) * channels, from + (last + dx) * channels),
          to + first * channels,
        )
        out.fill(0, to + last * channels, to + row)
        continue
      }
      for (let x = 0; x < width; x++) {
        const column = width - 1 - x + dx
        // Row and column lie inside the image where it is read.
        for (let c = 0; c < channels; c++)
          out[to + x * channels + c] =
            column < 0 || column >= width ? 0 : set.images[from + column * channels + c]!
      }
    }
  }
}
