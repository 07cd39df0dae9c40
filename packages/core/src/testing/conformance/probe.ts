import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import type { DistillBatch, Feed, ModelOutputs, Objective, StaticShapes } from '../../contracts/objective.js'
import { tapModel } from '../../model/tapped-model.js'
import { randomStream } from '../../random/stream.js'
import { valueAt } from '../../schedule/schedule.js'
import { tf } from '../../tf.js'
import { scoped } from '../../util/scoped.js'
import { type MethodSubject, networksFor, objectiveOf } from './method-subject.js'
import { fromTensor, mapRecord, normal, type NumbersRecord, type Numbers, toTensor, toTensors } from './numbers.js'
import { CLASSES, tapAliases } from './toy-network.js'

/** Samples of the toy training set; those of one class are not next to each other. */
export const SAMPLES = 20
export const ALL_LABELS = Int32Array.from({ length: SAMPLES }, (_, i) => (3 * i + Math.floor(i / 7)) % CLASSES)
export const BATCH = 8

/** What one network gives, as numbers. */
export interface OutputNumbers {
  readonly logits: Numbers
  readonly taps: NumbersRecord
}

/** All that terms look at, as numbers. */
export interface ProbeBatch {
  readonly labels: readonly number[]
  readonly ids: readonly number[]
  readonly student: OutputNumbers
  readonly teachers: readonly OutputNumbers[]
  readonly peers: readonly OutputNumbers[]
  readonly feeds: Readonly<Record<string, Feed>>
}

/** An objective, prepared for a batch size, that can be evaluated without a network. */
export interface Probe {
  readonly subject: MethodSubject
  readonly objective: Objective
  readonly shapes: StaticShapes
  readonly peers: number
  readonly variables: NumbersRecord
  readonly state: NumbersRecord
  /** Late in training, when warm-ups are over. */
  readonly scalars: Readonly<Record<string, number>>
  readonly terms: readonly string[]
  /** How many tf.Variables the objective made, instead of leaving them to the trainer. */
  readonly ownVariables: number
}

export interface ProbeOptions {
  readonly batch?: number
  readonly teachers?: number
  /** Teachers as wide as the student. */
  readonly twins?: boolean
}

const LATE = [200, 240] as const

/** Makes the objective anew. Throws what it throws. */
export function openProbe(subject: MethodSubject, options: ProbeOptions = {}): Probe {
  const { batch = BATCH, teachers = subject.teachers, twins = false } = options
  const [objective, atOnce] = countingVariables(() => objectiveOf(subject))
  const peers = objective.peers ?? 0
  const networks = networksFor(subject, { teachers, peers, twins })
  const shapesOf = (model: (typeof networks.teachers)[number], taps: readonly string[] = []) =>
    tapModel(model, taps, tapAliases(model, taps), `a network of the conformance kit`).shapes(batch)
  const shapes: StaticShapes = {
    batch,
    classes: CLASSES,
    samples: SAMPLES,
    labels: ALL_LABELS,
    student: shapesOf(networks.student, objective.taps?.student),
    teachers: networks.teachers.map((model) => shapesOf(model, objective.taps?.teacher)),
  }
  const [prepared, later] = countingVariables(
    () => objective.prepare?.(shapes, 7, { teachers: networks.teachers }) ?? {},
  )
  const values = (record: Readonly<Record<string, Tensor>> = {}) =>
    mapRecord(record, (tensor) => {
      const numbers = fromTensor(tensor)
      // As the trainer does, which makes variables of its own of them.
      tensor.dispose()
      return numbers
    })
  return {
    subject,
    objective,
    shapes,
    peers,
    variables: values(prepared.variables),
    state: values(prepared.state),
    scalars: mapRecord(objective.scalars ?? {}, (schedule) => valueAt(schedule, ...LATE)),
    terms: Object.keys(objective.weights),
    ownVariables: atOnce + later,
  }
}

/** How many tf.Variables there are. */
export const variableCount = (): number => Object.keys(tf.engine().state.registeredVariables).length

function countingVariables<T>(action: () => T): [T, number] {
  const before = variableCount()
  const result = action()
  return [result, variableCount() - before]
}

/** A batch that `name` determines; ids and labels do not depend on it, so that other batches show the same samples. */
export function probeBatch(probe: Probe, name = 'a'): ProbeBatch {
  const { shapes, objective } = probe
  const ids = Array.from({ length: shapes.batch }, (_, i) => (3 * i + 1) % SAMPLES)
  const labels = ids.map((id) => ALL_LABELS[id]!)
  const outputs = (who: string, of: StaticShapes['student']): OutputNumbers => ({
    logits: normal(of.logits, `${name}/${who}/logits`, 1.5),
    taps: mapRecord(of.taps, (shape, tap) => normal(shape, `${name}/${who}/${tap}`)),
  })
  return {
    ids,
    labels,
    student: outputs('student', shapes.student),
    teachers: shapes.teachers.map((teacher, k) => outputs(`teacher-${k}`, teacher)),
    peers: Array.from({ length: probe.peers }, (_, i) => outputs(`peer-${i}`, shapes.student)),
    feeds: feedsFor(objective, ids, labels),
  }
}

export const feedsFor = (
  objective: Objective,
  ids: readonly number[],
  labels: readonly number[],
  step = 1,
): Readonly<Record<string, Feed>> =>
  objective.feeds?.({
    ids: Int32Array.from(ids),
    labels: Int32Array.from(labels),
    allLabels: ALL_LABELS.slice(),
    step,
    stream: randomStream(3, `feeds/step-${step}`),
  }) ?? {}

export interface EvaluateOptions {
  /** Factor of each term's mean in the total; 1 where left out. */
  readonly weights?: Readonly<Record<string, number>>
  readonly scalars?: Readonly<Record<string, number>>
  readonly variables?: NumbersRecord
  readonly gradients?: boolean
}

export interface Evaluated {
  /** Each term, `[batch]`. */
  readonly terms: Readonly<Record<string, readonly number[]>>
  /** Sum over terms of weight times mean. */
  readonly total: number
  /** Of the total, by what it is the gradient of (`student.logits`, `student.taps.stage1`, `variable.kernel0`). */
  readonly gradients: Readonly<Record<string, readonly number[]>>
  /** Returned by the terms. */
  readonly state: NumbersRecord | undefined
  /** What the terms left in the state they were given. */
  readonly stateAfter: NumbersRecord
}

/** Evaluates the terms as the trainer does, on plain numbers, and leaves nothing behind that is not the terms' own doing. */
export function evaluate(probe: Probe, batch: ProbeBatch, options: EvaluateOptions = {}): Evaluated {
  const { objective } = probe
  const made: Variable[] = []
  const watched: Record<string, Variable> = {}
  const variable = (numbers: Numbers, path?: string): Variable => {
    const initial = toTensor(numbers)
    const result = tf.variable(initial, path !== undefined)
    initial.dispose()
    made.push(result)
    if (path !== undefined) watched[path] = result
    return result
  }
  const outputs = ({ logits, taps }: OutputNumbers, path: string): ModelOutputs => ({
    logits: variable(logits, `${path}.logits`) as Tensor as Tensor2D,
    taps: mapRecord(taps, (tap, name) => variable(tap, `${path}.taps.${name}`)),
  })
  try {
    return scoped('conformance', () => {
      const student = outputs(batch.student, 'student')
      const peers = batch.peers.map((peer, i) => outputs(peer, `peer-${i}`))
      const variables = mapRecord(options.variables ?? probe.variables, (value, name) =>
        variable(value, `variable.${name}`),
      )
      const state = mapRecord(probe.state, (value) => variable(value))
      const scalars = { step: 1, progress: 0.5, ...probe.scalars, ...options.scalars }
      const input: DistillBatch = {
        labels: tf.tensor1d([...batch.labels], 'int32'),
        ids: tf.tensor1d([...batch.ids], 'int32'),
        student,
        teachers: batch.teachers.map(({ logits, taps }) => ({
          logits: toTensor(logits) as Tensor2D,
          taps: toTensors(taps),
        })),
        peers,
        feeds: mapRecord(batch.feeds, ({ shape, data }) =>
          toTensor({ shape, data, dtype: data instanceof Int32Array ? 'int32' : 'float32' }),
        ),
        scalars: mapRecord(scalars, (value) => tf.scalar(value)),
        seed: tf.tensor1d([5, 1], 'int32'),
      }
      let terms: Record<string, readonly number[]> = {}
      let next: NumbersRecord | undefined
      // Gives every evaluation something to differentiate, so that a loss without any gradient is seen as that.
      const nothing = variable({ shape: [], data: [0] }, '')
      const total = (): Scalar => {
        const result = objective.terms(input, variables, state)
        terms = mapRecord(result.terms, (term) => fromTensor(term).data as readonly number[])
        next = result.state && mapRecord(result.state, fromTensor)
        return tf.addN<Scalar>([
          tf.mul<Scalar>(nothing, 0),
          ...Object.entries<Tensor1D>(result.terms).map(([name, term]) =>
            tf.mul<Scalar>(tf.mean(term), options.weights?.[name] ?? 1),
          ),
        ])
      }
      const { value, gradients } = options.gradients === true ? withGradients(total, watched) : plain(total)
      return { terms, total: value, gradients, state: next, stateAfter: mapRecord(state, fromTensor) }
    })
  } finally {
    for (const one of made) one.dispose()
  }
}

const plain = (total: () => Scalar) => ({ value: total().dataSync()[0]!, gradients: {} })

function withGradients(total: () => Scalar, watched: Readonly<Record<string, Variable>>) {
  const { value, grads } = tf.variableGrads(total, Object.values(watched))
  // Nothing where no gradient arrives is 0, as it is for the optimiser.
  const gradients = mapRecord(watched, (of): readonly number[] =>
    grads[of.name] === undefined ? new Array<number>(of.size).fill(0) : [...grads[of.name]!.dataSync()],
  )
  delete gradients['']
  return { value: value.dataSync()[0]!, gradients }
}
