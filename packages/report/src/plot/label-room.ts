import { cleanText } from '../clean-text.js'
import { textWidth } from './text-width.js'

/** Pixels that the longest of the labels takes at an axis, no more than `most`; longer ones are cut. */
export const labelRoom = (labels: readonly string[], most: number): number =>
  Math.min(most, Math.max(20, ...labels.map((label) => textWidth(cleanText(label), 12))) + 8)
