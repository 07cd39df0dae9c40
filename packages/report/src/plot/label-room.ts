import { cleanText } from '../clean-text.js'
import { textWidth } from './text-width.js'

const FONT_SIZE = 12

/** Pixels that the longest label takes at an axis, at most `most`. */
export const labelRoom = (labels: readonly string[], most: number): number =>
  Math.min(most, Math.max(20, ...labels.map((label) => textWidth(cleanText(label), FONT_SIZE))) + 8)

/**
 * A vega expression that shortens a label to a width in pixels, in its middle: names of variants differ at their ends. The
 * text of the label is not part of it; vega fills it in as a value.
 */
export function cutLabel(pixels: number): string {
  const characters = Math.max(5, Math.floor((pixels / textWidth('x'.repeat(100), FONT_SIZE)) * 100))
  const end = Math.floor((characters - 1) / 2)
  const start = characters - 1 - end
  return `length(datum.label) > ${characters} ? slice(datum.label, 0, ${start}) + '…' + slice(datum.label, -${end}) : datum.label`
}
