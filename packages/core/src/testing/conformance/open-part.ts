import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type {
  EnhancementDefinition,
  SofteningDefinition,
  SoftTargets,
  WeightingDefinition,
} from '../../contracts/parts.js'
import type { TensorRecord } from '../../contracts/objective.js'
import { parseOptions } from '../../options/parse-options.js'
import { type Scheduled, valueAt } from '../../recipe/schedule.js'
import { tf } from '../../tf.js'
import { scoped } from '../../util/scoped.js'
import { mapRecord, normal, type Numbers, toTensor } from './numbers.js'
import { CLASSES } from './toy-network.js'
import { watchingPurity } from './purity-watch.js'

/** A part that a method composes with others. */
export type PartDefinition = SofteningDefinition | EnhancementDefinition | WeightingDefinition

/** Distributions or weights of a batch, `[batch, columns]`: a softening's targets, a weighting's weights. */
export interface PartRun {
  readonly rows: Numbers
  /** Natural logarithms of the same, where the part gives them. */
  readonly logs?: readonly number[]
  readonly impure: readonly string[]
}

export const BATCH = 6
export const LABELS = [0, 3, 1, 4, 2, 3]

/** Makes the part anew, and returns what runs it on teachers' logits. */
export function openPart(
  definition: PartDefinition,
  input: Readonly<Record<string, unknown>> = {},
): (logits: readonly Numbers[]) => PartRun {
  const options = parseOptions(definition.options, input, `${definition.kind} "${definition.id}"`)
  if (definition.kind === 'weighting') {
    const weighting = definition.create(options)
    return (logits) =>
      run((labels) => {
        const student = toTensor(normal([BATCH, CLASSES], 'part/student', 2)) as Tensor2D
        const teachers = logits.map((z) => toTensor(z) as Tensor2D)
        return { call: () => ({ rows: weighting.apply(teachers, labels, student) }) }
      })
  }
  const part =
    definition.kind === 'softening'
      ? softeningCall(definition, options)
      : enhancementCall(definition, options)
  return ([logits]) =>
    run((labels) => {
      // Run with one teacher's logits.
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
    const tensors = mapRecord(scalars, (value) => tf.scalar(value))
    return () => softening.apply(logits, labels, tensors)
  }
}

function enhancementCall(definition: EnhancementDefinition, options: Record<string, unknown>): Call {
  const enhancement = definition.create(options)
  const scalars = late(enhancement.scalars)
  return (logits, labels) => {
    const tensors = mapRecord(scalars, (value) => tf.scalar(value))
    const state: TensorRecord | undefined = enhancement.state?.(CLASSES)
    const logProbabilities: Tensor2D = tf.logSoftmax(logits)
    const targets = { logProbabilities, probabilities: tf.exp<Tensor2D>(logProbabilities) }
    return () => enhancement.apply(targets, labels, tensors, state)
  }
}

const late = (scalars: Readonly<Record<string, Scheduled>> = {}): Record<string, number> =>
  mapRecord(scalars, (schedule) => valueAt(schedule, 200, 240))

function run(
  prepare: (labels: Tensor1D) => { readonly call: () => { readonly rows: Tensor; readonly logs?: Tensor } },
): PartRun {
  return scoped('conformance', () => {
    const { call } = prepare(tf.tensor1d(LABELS, 'int32'))
    const { result, impurities } = watchingPurity(call)
    const rows = { shape: result.rows.shape, data: [...result.rows.dataSync()] }
    return {
      rows,
      impure: impurities,
      ...(result.logs === undefined ? {} : { logs: [...result.logs.dataSync()] }),
    }
  })
}
