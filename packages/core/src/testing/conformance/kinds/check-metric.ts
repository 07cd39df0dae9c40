import type { MetricDefinition, MetricFigures, MetricInput } from '../../../contracts/metric.js'
import { parseOptions } from '../../../options/parse-options.js'
import { randomStream } from '../../../random/stream.js'
import { computeMetric } from '../../../registry/compute-metric.js'
import { checkOptions } from '../checks/options.js'
import { normal } from '../numbers.js'
import { type Finding, failed, firstFailure, judge, passed, type Verdict } from '../verdict.js'

const CLASSES = ['ant', 'bee', 'cat', 'dog']
const SAMPLES = 40

/** Holds a metric to what reports expect of it. */
export function checkMetric(
  definition: MetricDefinition,
  options: Readonly<Record<string, unknown>> = {},
): Verdict[] {
  const name = `metric "${definition.id}"`
  const first = judge(name, 'options', () => checkOptions(definition.options, options))
  if (first.status === 'failed') return [first]
  const parsed = parseOptions(definition.options, options, name)
  const compute = (input: MetricInput): Figures => byName(computeMetric(definition, input, parsed))
  const figures = judge(name, 'figures', () => checkFigures(compute))
  if (figures.status === 'failed') return [first, figures]
  const repeatable = judge(name, 'repeatable', () => checkRepeatable(compute))
  // What differs from call to call cannot be compared.
  if (repeatable.status === 'failed') return [first, figures, repeatable]
  return [
    first,
    figures,
    repeatable,
    judge(name, 'unchanged', () => checkUnchanged((input) => definition.compute(input, parsed))),
    judge(name, 'order', () => checkOrder(compute)),
    judge(name, 'shift', () => checkShift(compute)),
    judge(name, 'better', () => checkBetter(compute, definition.better)),
  ]
}

type Figures = ReadonlyMap<string, number>
type Compute = (input: MetricInput) => Figures

const byName = (figures: MetricFigures): Figures =>
  new Map(typeof figures === 'number' ? [['', figures]] : Object.entries(figures))

const labels = (classes = CLASSES.length): Int32Array => {
  const stream = randomStream(3, 'metric-labels')
  return Int32Array.from({ length: SAMPLES }, (_, i) => stream.integer(i, classes))
}

/** Logits of a student that is right now and then: noise, and `sure` for the labelled class. */
function inputOf(sure: number, of = labels(), scale = 1): MetricInput {
  const noise = normal([of.length, CLASSES.length], 'metric-logits', scale)
  const logits = Float32Array.from(noise.data, (z, i) => {
    const [sample, column] = [Math.floor(i / CLASSES.length), i % CLASSES.length]
    return z + (of[sample] === column ? sure : 0)
  })
  return { logits, labels: of, classes: CLASSES }
}

/** Evaluations that come up: of a beginner, a student that gives one class only, small sets. */
const EVALUATIONS: Readonly<Record<string, () => MetricInput>> = {
  'an ordinary student': () => inputOf(1),
  'a student that is always right': () => inputOf(40, labels(), 0.1),
  'a student that is sure and always wrong': () => inputOf(-60, labels(), 0.1),
  'a student that gives one class only': () => {
    const input = inputOf(0, labels(), 0)
    return { ...input, logits: input.logits.map((_, i) => (i % CLASSES.length === 2 ? 9 : 0)) }
  },
}
/** Of these a figure for a class that nobody has may be NaN, which says that there is none. */
const GAPS: Readonly<Record<string, () => MetricInput>> = {
  'a set in which a class does not occur': () => inputOf(1, labels(3)),
  'a set of one image': () => inputOf(1, Int32Array.of(1)),
}

function checkFigures(compute: Compute): Finding {
  const names = [...compute(inputOf(1)).keys()]
  if (names.length === 0) return failed('There must be at least one figure; there is none.')
  const failures = [...Object.entries(EVALUATIONS), ...Object.entries(GAPS)].flatMap(([when, input]) => {
    const figures = compute(input())
    if ([...figures.keys()].join() !== names.join())
      return [`Figures must have the same names for all sets of the same classes; with ${when} they do not.`]
    // Several figures may be of one class each; a single one is of all.
    const mayBeNaN = when in GAPS && figures.size > 1
    const wrong = [...figures.values()].find(
      (value) => !Number.isFinite(value) && !(mayBeNaN && isNaN(value)),
    )
    return wrong === undefined
      ? []
      : [`A figure must be a finite number with ${when}; it is ${wrong}. Is something divided by none?`]
  })
  return firstFailure(failures, 'Figures are finite, for sets without a class and of one image too.')
}

const same = (a: Figures, b: Figures, tolerance: number): boolean =>
  [...a].every(([name, value]) => {
    const other = b.get(name) ?? NaN
    return Object.is(value, other) || Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(value))
  })

function checkRepeatable(compute: Compute): Finding {
  const first = compute(inputOf(1))
  compute(inputOf(3))
  if (same(first, compute(inputOf(1)), 0)) return passed('The same evaluation has the same figures.')
  return failed(
    'The same evaluation must have the same figures, whatever was computed before; it has not. Something is kept between calls.',
  )
}

function checkUnchanged(compute: (input: MetricInput) => unknown): Finding {
  const input = inputOf(1)
  const before = { logits: input.logits.slice(), labels: input.labels.slice() }
  compute(input)
  const touched = (['logits', 'labels'] as const).find((part) =>
    input[part].some((value, i) => !Object.is(value, before[part][i])),
  )
  return firstFailure(
    touched === undefined ? [] : [`A metric must leave its input as it is; it changed the ${touched}.`],
    'The input stays as it was.',
  )
}

/** The order of the images says nothing. */
function checkOrder(compute: Compute): Finding {
  const { logits, labels: classes, ...rest } = inputOf(1)
  const width = CLASSES.length
  const rows = Array.from({ length: SAMPLES }, (_, i) => logits.subarray(i * width, (i + 1) * width))
  const turned = {
    ...rest,
    logits: Float32Array.from(rows.toReversed().flatMap((row) => [...row])),
    labels: classes.toReversed(),
  }
  if (same(compute(inputOf(1)), compute(turned), 1e-9))
    return passed('The order of the images is nothing to it.')
  return failed('The same images in another order must have the same figures; they have not.')
}

/** Logits are known up to a constant for each image. */
function checkShift(compute: Compute): Finding {
  const input = inputOf(1)
  const shifted = input.logits.map((z, i) => z + 3 * (Math.floor(i / CLASSES.length) % 5))
  if (same(compute(input), compute({ ...input, logits: shifted }), 1e-4))
    return passed('A constant added to all logits of an image changes nothing.')
  return failed(
    'A constant added to all logits of an image must change nothing, since their softmax is the same; it does. Are logits taken for probabilities?',
  )
}

function checkBetter(compute: Compute, better: MetricDefinition['better']): Finding {
  const [right, wrong] = [compute(inputOf(40, labels(), 0.1)), compute(inputOf(-60, labels(), 0.1))]
  const sign = better === 'higher' ? 1 : -1
  const turned = [...right].find(([name, value]) => sign * (value - (wrong.get(name) ?? NaN)) < 0)
  if (turned === undefined) return passed(`A ${better} figure is that of the better student.`)
  return failed(
    `\`better\` says that ${better} is better, but a student that is always right has ${turned[1]} and one that is always wrong ${wrong.get(turned[0]) ?? NaN}.`,
  )
}
