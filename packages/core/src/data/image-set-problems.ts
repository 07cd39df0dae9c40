import type { Dataset } from '../contracts/dataset.js'
import type { ErrorFacts } from '../errors/umbra-error.js'
import { isRecord } from '../util/is-record.js'
import { describeValue } from './describe-value.js'

/** What the parts of a data set have in common; undefined where that is wrong itself. */
export interface SetShape {
  readonly shape: Dataset['shape'] | undefined
  readonly classes: number | undefined
}

/** What is wrong in the training or the test images of a data set: counts, types, sizes, labels. */
export function imageSetProblems(split: 'training' | 'test', set: unknown, common: SetShape): ErrorFacts[] {
  if (!isRecord(set))
    return [
      { subject: `${split} images`, expected: '{ images, labels, count }', received: describeValue(set) },
    ]
  const { images, labels, count } = set
  if (!Number.isInteger(count) || Number(count) < 0)
    return [
      { subject: `count of ${split} images`, expected: 'a whole number', received: describeValue(count) },
    ]
  if (count === 0)
    return [
      {
        subject: `${split} images`,
        expected: 'at least one',
        received: 'none',
        remedy:
          split === 'test' ? 'Hold some images out of the training set in `load`' : 'Check what `load` reads',
      },
    ]
  return [
    ...pixelProblems(split, images, Number(count), common.shape),
    ...labelProblems(split, labels, Number(count), common.classes),
  ]
}

function pixelProblems(
  split: string,
  images: unknown,
  count: number,
  shape: SetShape['shape'],
): ErrorFacts[] {
  const subject = `${split} images`
  if (!(images instanceof Uint8Array))
    return [
      {
        subject,
        expected: 'bytes, a Uint8Array',
        received: describeValue(images),
        remedy: isFloats(images)
          ? 'Images are bytes that `normalisation` turns into numbers: of values from 0 to 1, store Math.round(255 * x) with scale 255'
          : 'Store one byte for each channel of each pixel',
      },
    ]
  if (shape === undefined) return []
  const [height, width, channels] = shape
  const size = height * width * channels
  if (images.length === count * size) return []
  const per = images.length / count
  return [
    {
      subject,
      expected: `${count} x ${height} x ${width} x ${channels} = ${count * size} bytes`,
      received: `${images.length}${Number.isInteger(per) ? `, ${per} for each image` : ''}`,
      remedy:
        images.length % size === 0
          ? `These are ${images.length / size} images: correct \`count\`, or what is read`
          : 'Training and test images all have the size that `shape` states',
    },
  ]
}

const isFloats = (images: unknown): boolean =>
  images instanceof Float32Array || images instanceof Float64Array || Array.isArray(images)

function labelProblems(
  split: string,
  labels: unknown,
  count: number,
  classes: SetShape['classes'],
): ErrorFacts[] {
  const subject = `${split} labels`
  if (!(labels instanceof Int32Array))
    return [
      {
        subject,
        expected: 'class indices, an Int32Array',
        received: describeValue(labels) + fractionOf(labels),
        remedy: 'Return Int32Array.from(labels), whole numbers from 0',
      },
    ]
  const problems: ErrorFacts[] = []
  if (labels.length !== count)
    problems.push({ subject, expected: `${count}, one for each image`, received: String(labels.length) })
  if (classes === undefined || classes < 2) return problems
  const wrong = labels.findIndex((label) => label < 0 || label >= classes)
  if (wrong >= 0) problems.push({ subject, ...outOfRange(labels, wrong, classes) })
  else if (split === 'training' && labels.length > 0 && labels.every((label) => label === labels[0]))
    problems.push({
      subject,
      expected: 'labels of at least two classes',
      received: `${labels[0]} for every image`,
      remedy: 'Check how labels are read',
    })
  return problems
}

function outOfRange(labels: Int32Array, at: number, classes: number): Omit<ErrorFacts, 'subject'> {
  // The index is that of a label.
  const label = labels[at]!
  const several = labels.reduce((sum, other) => sum + (other < 0 || other >= classes ? 1 : 0), 0)
  const shifted = !labels.includes(0) && labels.every((other) => other >= 1 && other <= classes)
  return {
    expected: `0 to ${classes - 1}, as there are ${classes} class names`,
    received: `${label} at index ${at}${several > 1 ? `, and ${several - 1} more outside` : ''}`,
    remedy: shifted
      ? `Labels run from 1 to ${classes}: subtract 1`
      : 'Correct the labels, or name every class; leave out images without a class',
  }
}

/** `, 0.5 among them`: what a conversion to whole numbers would lose. */
function fractionOf(labels: unknown): string {
  if (!Array.isArray(labels) && !ArrayBuffer.isView(labels)) return ''
  const fraction = Array.from(labels as unknown as ArrayLike<unknown>).find(
    (label) => typeof label !== 'bigint' && !Number.isInteger(label),
  )
  return fraction === undefined ? '' : `, ${describeValue(fraction)} among them`
}
