import type { Dataset, ImageSet } from '../contracts/dataset.js'
import type { ErrorFacts } from '../errors/umbra-error.js'
import { isRecord } from '../util/is-record.js'
import { describeValue } from './describe-value.js'
import { inputRange } from './input-range.js'

/** Model input beyond this is a scale of 1 where 255 is meant; raw bytes reach 255. */
const LARGEST = 256
/** Model input that differs by less is a scale of 255 where 1 is meant. */
const SMALLEST = 0.05

/** What is wrong in a normalisation, on its own and for the images where they are given. */
export function normalisationProblems(
  normalisation: unknown,
  { channels, images }: { readonly channels?: number | undefined; readonly images?: ImageSet | undefined },
): ErrorFacts[] {
  const remedy =
    'For bytes of 0 to 255, scale 255 with mean and standard deviation of each channel of byte / 255'
  if (!isRecord(normalisation))
    return [
      {
        subject: 'normalisation',
        expected: '{ scale, mean, std }',
        received: describeValue(normalisation),
        remedy,
      },
    ]
  const { scale, mean, std } = normalisation
  const problems: ErrorFacts[] = []
  if (!isPositive(scale))
    problems.push({
      subject: 'scale of the normalisation',
      expected: 'a number above 0',
      received: describeValue(scale),
    })
  const list = (name: string, values: unknown, what: string, fits: (value: unknown) => boolean): void => {
    if (Array.isArray(values) && values.length === (channels ?? values.length) && values.every(fits)) return
    const expected =
      channels === undefined ? what : `${what} for each of ${channels} channel${channels > 1 ? 's' : ''}`
    problems.push({ subject: `${name} of the normalisation`, expected, received: describeValue(values) })
  }
  list('mean', mean, 'a finite number', Number.isFinite)
  list('std', std, 'a finite number above 0', isPositive)
  if (problems.length > 0 || images === undefined || channels === undefined) return problems
  return rangeProblems(normalisation as unknown as Dataset['normalisation'], images)
}

const isPositive = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value > 0

function rangeProblems(normalisation: Dataset['normalisation'], images: ImageSet): ErrorFacts[] {
  const { low, high, span, bytes } = inputRange(images, normalisation)
  const received = `bytes of ${bytes.join(' to ')} and scale ${normalisation.scale}: model input of ${brief(low)} to ${brief(high)}`
  if (Math.max(-low, high) > LARGEST)
    return [
      {
        subject: 'normalisation',
        expected: 'mean and std of byte / scale',
        received,
        remedy: 'Bytes are not divided yet: state scale 255, or mean and std in bytes',
      },
    ]
  if (span >= SMALLEST) return []
  return [
    {
      subject: 'training images',
      expected: 'bytes that fill the range that the normalisation is for',
      received,
      remedy: 'Numbers from 0 to 1 were probably stored as bytes: store Math.round(255 * x)',
    },
  ]
}

const brief = (value: number): string => String(Number(value.toPrecision(3)))
