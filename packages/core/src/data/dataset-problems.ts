import type { Dataset } from '../contracts/dataset.js'
import type { ErrorFacts } from '../errors/umbra-error.js'
import { isRecord } from '../util/is-record.js'
import { imageSetProblems } from './image-set-problems.js'
import { normalisationProblems } from './normalisation-problems.js'
import { describeValue } from './describe-value.js'

/** Everything that is wrong in what a data set's `load` returned; a subject of each is a part of it: `training labels`. */
export function datasetProblems(dataset: unknown): ErrorFacts[] {
  if (!isRecord(dataset))
    return [
      {
        subject: 'what `load`',
        expected: 'an object with shape, classes, train, test, normalisation and sources',
        received: describeValue(dataset),
        remedy: 'Return it from `load`',
      },
    ]
  const { shape, classes, train, test, normalisation, sources } = dataset
  const problems = [...shapeProblems(shape), ...classProblems(classes), ...sourceProblems(sources)]
  const size = isShape(shape) && shapeProblems(shape).length === 0 ? shape : undefined
  const names = Array.isArray(classes) ? (classes as readonly unknown[]) : undefined
  const set = { shape: size, classes: names?.length }
  problems.push(...imageSetProblems('training', train, set), ...imageSetProblems('test', test, set))
  // Values are judged only where everything else is in order: images of a wrong size say nothing about the range.
  const images = problems.length === 0 ? (train as Dataset['train']) : undefined
  problems.push(...normalisationProblems(normalisation, { channels: size?.[2], images }))
  return problems
}

function isShape(shape: unknown): shape is Dataset['shape'] {
  const isSize = (n: unknown): boolean => Number.isInteger(n) && Number(n) > 0
  return Array.isArray(shape) && shape.length === 3 && shape.every(isSize)
}

function shapeProblems(shape: unknown): ErrorFacts[] {
  const expected = '[height, width, channels], whole numbers above 0'
  if (!isShape(shape)) return [{ subject: 'shape', expected, received: describeValue(shape) }]
  const [first, height, channels] = shape
  // Some channels first, then a square image: that is how other frameworks store images.
  if (first > 4 || channels <= 4 || height !== channels) return []
  return [
    {
      subject: 'shape',
      expected,
      received: `[${shape.join(', ')}], which looks like [channels, height, width]`,
      remedy: `State [${height}, ${channels}, ${first}] and store each pixel’s channels next to each other`,
    },
  ]
}

function classProblems(classes: unknown): ErrorFacts[] {
  const expected = 'at least two different names, one for each class'
  const remedy = 'A label is the index of a name'
  if (!Array.isArray(classes))
    return [{ subject: 'classes', expected, received: describeValue(classes), remedy }]
  const names = classes as readonly unknown[]
  if (names.length < 2)
    return [{ subject: 'classes', expected, received: names.length === 0 ? 'none' : 'one', remedy }]
  const unnamed = names.findIndex((name) => typeof name !== 'string' || name === '')
  if (unnamed >= 0)
    return [
      {
        subject: 'classes',
        expected,
        received: `${describeValue(names[unnamed])} at index ${unnamed}`,
        remedy,
      },
    ]
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))]
  if (twice.length === 0) return []
  const received = `${twice.slice(0, 5).map(describeValue).join(', ')}${twice.length > 5 ? ', …' : ''} more than once`
  return [{ subject: 'classes', expected, received, remedy }]
}

function sourceProblems(sources: unknown): ErrorFacts[] {
  const isSource = (source: unknown): boolean =>
    isRecord(source) && typeof source.file === 'string' && typeof source.sha256 === 'string'
  if (Array.isArray(sources) && sources.every(isSource)) return []
  return [
    {
      subject: 'sources',
      expected: 'a list of { file, sha256, known }, empty where no file was read',
      received: describeValue(sources),
    },
  ]
}
