import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type {
  EnhancementDefinition,
  SofteningDefinition,
  SoftTargets,
  WeightingDefinition,
} from '../../../contracts/parts.js'
import type { TensorRecord } from '../../../contracts/objective.js'
import { UmbraError } from '../../../errors/umbra-error.js'
import { parseOptions } from '../../../options/parse-options.js'
import { type Scheduled, valueAt } from '../../../schedule/schedule.js'
import { tf } from '../../../tf.js'
import { scoped } from '../../../util/scoped.js'
import { mapRecord, normal, type Numbers, same, toTensor } from '../numbers.js'
import { CLASSES } from '../toy-network.js'
import { type Finding, firstFailure } from '../verdict.js'
import { watchingPurity } from '../purity-watch.js'

/** A part that a method composes with others. */
export type PartDefinition = SofteningDefinition | EnhancementDefinition | WeightingDefinition

/** Distributions or weights of a batch, `[batch, columns]`: a softening's targets, a weighting's weights. */
export interface PartRun {
  readonly rows: Numbers
  /** Natural logarithms of the same, where the part gives them. */
  readonly logs?: readonly number[]
  readonly impure: readonly string[]
}

const BATCH = 6
const LABELS = [0, 3, 1, 4, 2, 3]

/** Makes the part anew, and returns what runs it on teachers' logits. */
export function openPart(
  definition: PartDefinition,
  given: Readonly<Record<string, unknown>> = {},
): (logits: readonly Numbers[]) => PartRun {
  const options = parseOptions(definition.options, given, `${definition.kind} "${definition.id}"`)
  if (definition.kind === 'weighting') {
    const weighting = definition.create(options)
    return (logits) =>
      run((labels) => {
        const student = toTensor(normal(logits[0]!.shape, 'part/student', 2)) as Tensor2D
        const teachers = logits.map((z) => toTensor(z) as Tensor2D)
        return { call: () => ({ rows: weighting.apply(teachers, labels, student) }) }
      })
  }
  const part = definition.kind === 'softening' ? softeningCall(definition, options) : enhancementCall(definition, options)
  return ([logits]) =>
    run((labels) => {
      const call = part(toTensor(logits!) as Tensor2D, labels)
      return {
        call: () => {
          const { probabilities, logProbabilities } = call()
          return { rows: probabilities, logs: logProbabilities }
        },
      }
    })
}

type Call = (logits: Tensor2D, labels: Tensor1D) => () => SoftTargets

function softeningCall(definition: SofteningDefinition, options: Record<string, unknown>): Call {
  const softening = definition.create(options)
  const scalars = late(softening.scalars)
  return (logits, labels) => {
    const given = mapRecord(scalars, (value) => tf.scalar(value))
    return () => softening.apply(logits, labels, given)
  }
}

function enhancementCall(definition: EnhancementDefinition, options: Record<string, unknown>): Call {
  const enhancement = definition.create(options)
  const scalars = late(enhancement.scalars)
  return (logits, labels) => {
    const given = mapRecord(scalars, (value) => tf.scalar(value))
    const state: TensorRecord | undefined = enhancement.state?.(CLASSES)
    const logProbabilities: Tensor2D = tf.logSoftmax(logits)
    const targets = { logProbabilities, probabilities: tf.exp<Tensor2D>(logProbabilities) }
    return () => enhancement.apply(targets, labels, given, state)
  }
}

const late = (scalars: Readonly<Record<string, Scheduled>> = {}): Record<string, number> =>
  mapRecord(scalars, (schedule) => valueAt(schedule, 200, 240))

function run(
  prepare: (labels: Tensor1D) => { readonly call: () => { readonly rows: Tensor; readonly logs?: Tensor } },
): PartRun {
  return scoped('conformance', () => {
    const { call } = prepare(tf.tensor1d(LABELS, 'int32'))
    const { result, found } = watchingPurity(call)
    const rows = { shape: result.rows.shape, data: [...result.rows.dataSync()] }
    return {
      rows,
      impure: found,
      ...(result.logs === undefined ? {} : { logs: [...result.logs.dataSync()] }),
    }
  })
}

const teachers = (count: number, name: string, change: (z: number, i: number) => number = (z) => z): Numbers[] =>
  Array.from({ length: count }, (_, k) => {
    const { shape, data } = normal([BATCH, CLASSES], `part/${name}/${k}`, 2)
    return { shape, data: Array.from(data, change) }
  })

/** Logits as they come, at their ends, and where the sure class is wrong. */
const inputs = (count: number): Readonly<Record<string, Numbers[]>> => ({
  'on ordinary logits': teachers(count, 'a'),
  'on logits of 60': teachers(count, 'b', (z) => (z > 0 ? 60 : -60)),
  'where the teacher is sure of a wrong class': teachers(count, 'c', (_, i) =>
    i % CLASSES === (LABELS[Math.floor(i / CLASSES)]! + 1) % CLASSES ? 60 : -60,
  ),
  'where the teacher is sure of the right class': teachers(count, 'd', (_, i) =>
    i % CLASSES === LABELS[Math.floor(i / CLASSES)] ? 60 : -60,
  ),
})

/** Numbers of teachers it works with: a weighting may be made for one number only. */
function accepted(definition: PartDefinition, given?: Readonly<Record<string, unknown>>): readonly number[] {
  if (definition.kind !== 'weighting') return [1]
  const counts = [3, 2, 1].filter((count) => {
    try {
      openPart(definition, given)(teachers(count, 'a'))
      return true
    } catch (error) {
      if (error instanceof UmbraError) return false
      throw error
    }
  })
  if (counts.length > 0) return counts
  throw new UmbraError('UMBRA_TEACHERS', {
    subject: `weighting "${definition.id}"`,
    expected: 'to weigh one, two or three teachers',
    received: 'an error for each number',
  })
}

/** Rows of finite, non-negative numbers that sum to 1, and logarithms that are finite and theirs. */
export function checkMass(definition: PartDefinition, given?: Readonly<Record<string, unknown>>): Finding {
  const counts = accepted(definition, given)
  const what = definition.kind === 'weighting' ? 'Weights of the teachers' : 'Probabilities'
  const failures = counts.flatMap((count) =>
    Object.entries(inputs(count)).flatMap(([when, logits]) => {
      const { rows, logs } = openPart(definition, given)(logits)
      const [batch, columns] = rows.shape as [number, number]
      const wanted = definition.kind === 'weighting' ? count : CLASSES
      if (batch !== BATCH || columns !== wanted)
        return [`${what} must be [${BATCH}, ${wanted}]; they are [${rows.shape.join(', ')}].`]
      const values = Array.from(rows.data)
      if (!values.every((p) => p >= -1e-6 && Number.isFinite(p)))
        return [`${what} must be finite and not negative; they are not ${when}.`]
      const sums = Array.from({ length: batch }, (_, i) =>
        values.slice(i * columns, (i + 1) * columns).reduce((a, b) => a + b, 0),
      )
      const odd = sums.find((sum) => Math.abs(sum - 1) > 1e-4)
      if (odd !== undefined)
        return [
          `${what} of an example must sum to 1; with ${count} teacher${count > 1 ? 's' : ''} they sum to ${odd.toPrecision(3)} ${when}. They are not normalised, or normalised over the wrong dimension.`,
        ]
      if (logs !== undefined && !logs.every(Number.isFinite))
        return [
          `Logarithms of probabilities must be finite; they are not ${when}. They are the logarithm of a softmax that underflows: use log-softmax.`,
        ]
      if (logs !== undefined && !same(logs.map(Math.exp), values, 1e-4))
        return [`\`logProbabilities\` must be the logarithms of \`probabilities\`; they are not ${when}.`]
      return []
    }),
  )
  return firstFailure(failures, `${what} sum to 1 and are finite, at logits of 60 too.`)
}

/** The same each time, whatever came before, and without a look at values, clocks or chance. */
export function checkPartPurity(definition: PartDefinition, given?: Readonly<Record<string, unknown>>): Finding {
  const count = accepted(definition, given)[0]!
  const [a, b] = [teachers(count, 'a'), teachers(count, 'e')]
  const used = openPart(definition, given)
  const first = used(a)
  const second = used(b)
  const repeated = used(a)
  const fresh = openPart(definition, given)(b)
  const failures = [...first.impure]
  if (!same(repeated.rows.data, first.rows.data, 0))
    failures.push('The same logits must give the same each time; the second time they do not. Something is kept between calls.')
  if (!same(fresh.rows.data, second.rows.data, 0))
    failures.push('What comes out must not depend on batches seen before; made anew, the part gives something else.')
  return firstFailure(failures, 'A function of its arguments alone.')
}

/** Nothing is left behind, not even by the first call. */
export function checkPartLeaks(definition: PartDefinition, given?: Readonly<Record<string, unknown>>): Finding {
  const part = openPart(definition, given)
  const logits = teachers(accepted(definition, given)[0]!, 'a')
  const before = tf.memory().numTensors
  part(logits)
  part(logits)
  const left = tf.memory().numTensors - before
  return firstFailure(
    left === 0 ? [] : [`A call must leave no tensor behind; two left ${left}. Something is kept with tf.keep.`],
    'No tensor is left behind.',
  )
}
