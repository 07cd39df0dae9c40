import type { ImageSet } from '../contracts/dataset.js'
import { drawByClass, pickImages } from './draw-by-class.js'

/** How many images to hold out, and the seed of the draw. */
export interface SplitOptions {
  /** Part of the set, 0..1. */
  readonly fraction?: number | undefined
  readonly count?: number | undefined
  readonly seed: number
}

/**
 * Holds images out of a set. Each class gives its share, rounded so that the whole number comes out; which images it gives
 * follows from the seed alone. Both parts keep the order of the set and have memory of their own.
 */
export function splitSet(
  set: ImageSet,
  { fraction = 0.1, count, seed }: SplitOptions,
): { readonly train: ImageSet; readonly validation: ImageSet } {
  const heldCount = Math.min(set.count, count ?? Math.round(fraction * set.count))
  const held = drawByClass(set, heldCount, seed)
  return {
    train: pickImages(set, held, 0, set.count - heldCount),
    validation: pickImages(set, held, 1, heldCount),
  }
}
