import type { Dataset, ImageSet } from '../contracts/dataset.js'
import { countRepeats } from './count-repeats.js'
import { inputRange } from './input-range.js'
import { looksPlanar } from './looks-planar.js'

/** Model input beyond this is unusual: normalised images stay within 5 or so. */
const WIDE = 20
/** Part of the test images that may be training images before it is said. */
const REPEATED = 0.05

/** What may be meant in a checked data set, and often is not; a sentence each, without its subject. */
export function datasetWarnings(dataset: Dataset): string[] {
  const warnings = [...withoutImages(dataset)]
  const { low, high, bytes } = inputRange(dataset.train, dataset.normalisation)
  if (Math.max(-low, high) > WIDE)
    warnings.push(
      `bytes of ${bytes.join(' to ')} become model input of ${low.toPrecision(3)} to ${high.toPrecision(3)}: is the normalisation for byte / scale?`,
    )
  if (looksPlanar(dataset.train, dataset.shape))
    warnings.push(
      'images look as if they were stored channel by channel; [height, width, channels] has the channels of a pixel next to each other',
    )
  const { repeated, samples } = countRepeats(dataset.train, dataset.test)
  if (repeated > REPEATED * samples)
    warnings.push(`${repeated} of ${samples} test images looked at are training images too`)
  return warnings
}

/** Classes that no training image belongs to. */
function withoutImages({
  classes,
  train,
}: {
  readonly classes: readonly string[]
  readonly train: ImageSet
}): string[] {
  const present = new Set(train.labels)
  const missing = classes.filter((_, label) => !present.has(label))
  if (missing.length === 0) return []
  const shown = missing.slice(0, 5).map((name) => `"${name}"`)
  const rest = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : ''
  return [
    `${missing.length} of ${classes.length} classes ${missing.length > 1 ? 'have' : 'has'} no training image: ${shown.join(', ')}${rest}`,
  ]
}
