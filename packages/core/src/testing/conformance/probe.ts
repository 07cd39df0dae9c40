import type { Tensor } from '@tensorflow/tfjs-core'
import type { Feed, Objective, StaticShapes } from '../../contracts/objective.js'
import { tapModel } from '../../model/tapped-model.js'
import { randomStream } from '../../random/stream.js'
import { valueAt } from '../../recipe/schedule.js'
import { tf } from '../../tf.js'
import { type MethodSubject, networksFor, objectiveOf } from './method-subject.js'
import { fromTensor, mapRecord, normal, type NumbersRecord, type Numbers } from './numbers.js'
import { CLASSES, tapAliases } from './toy-network.js'

/** Samples of the toy training set; those of one class are not next to each other. */
export const SAMPLES = 20
export const ALL_LABELS = Int32Array.from(
  { length: SAMPLES },
  (_, i) => (3 * i + Math.floor(i / 7)) % CLASSES,
)
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
  // Ids are below SAMPLES, as many as there are labels.
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
