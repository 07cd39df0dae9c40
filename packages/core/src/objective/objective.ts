import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type {
  DistillBatch,
  Feed,
  FeedContext,
  Objective,
  ObjectiveModels,
  TensorRecord,
} from '../contracts/objective.js'
import type { Scheduled } from '../schedules/schedule.js'
import { type NamedShapes, namedShapes } from './named-shapes.js'
import { type NamedOutputs, namedOutputs, onlyTeacher } from './named-outputs.js'
import { checkSpec, checkedResult, labelsRefusal } from './check-spec.js'
import { namedRecord } from './named-record.js'

/** A batch as an objective sees it: the trainer's, with its own scalars, variables and state by name. */
export interface ObjectiveBatch<
  S extends string = string,
  V extends TensorRecord = TensorRecord,
  Z extends TensorRecord = TensorRecord,
  F extends string = string,
> extends Omit<DistillBatch, 'labels' | 'student' | 'teachers' | 'peers' | 'feeds' | 'scalars'> {
  readonly student: NamedOutputs
  /** The teacher of a method with exactly one. Throws UMBRA_TEACHERS where there are none or several. */
  readonly teacher: NamedOutputs
  /** In the order of the configuration. No gradient flows into them. */
  readonly teachers: readonly NamedOutputs[]
  readonly peers: readonly NamedOutputs[]
  /** What `feeds` drew for this step. */
  readonly feeds: Readonly<Record<F, Tensor>>
  readonly scalars: Readonly<Record<S | 'step' | 'progress', Scalar>>
  readonly variables: V
  readonly state: Z
}

/** The same with one class for each example, int32 `[batch]`: what `labels: 'hard'` asks for. */
export interface HardLabels {
  readonly labels: Tensor1D
}

type Batch<
  L,
  S extends string,
  V extends TensorRecord,
  Z extends TensorRecord,
  F extends string,
> = ObjectiveBatch<S, V, Z, F> & (L extends 'hard' ? HardLabels : unknown)

/** Every term that has a weight, and no other. Undefined on both sides: the term is left out. */
type TermsOf<W extends string, K extends string> = Readonly<Record<W | K, Tensor1D | undefined>>

/** What `objective` takes; names of terms, scalars, feeds, variables and state are checked against each other. */
export interface ObjectiveSpec<
  W extends string,
  K extends string,
  S extends string,
  L extends 'hard' | undefined,
  V extends TensorRecord,
  Z extends TensorRecord,
  F extends string = string,
> {
  /** Weight of each term, a number or a schedule; undefined leaves the term out. */
  readonly weights: Readonly<Record<W | NoInfer<K>, Scheduled | undefined>>
  /** Numbers that may change from step to step, handed to `terms` as tensors (temperatures, margins). */
  readonly scalars?: Readonly<Record<S, Scheduled>>
  /** `'hard'` where every example must have exactly one class; `batch.labels` is there only then. */
  readonly labels?: L
  readonly taps?: Objective['taps']
  /** Number of other students to train beside this one (mutual learning). */
  readonly peers?: number
  /** Host data drawn for each step. */
  readonly feeds?: (context: FeedContext) => Readonly<Record<F, Feed>>
  /** Bytes it needs for the training set beside networks; left out where that is next to nothing. */
  readonly memory?: Objective['memory']
  /** Checks shapes; makes variables, which are trained, and state, which is carried from step to step. */
  readonly prepare?: (
    shapes: NamedShapes,
    seed: number,
    models: ObjectiveModels,
  ) => { readonly variables?: V; readonly state?: Z }
  /** Pure tensor code: the terms, or terms and new values of the state. */
  readonly terms: (
    batch: Batch<L, NoInfer<S>, NoInfer<V>, NoInfer<Z>, NoInfer<F>>,
  ) => TermsOf<W, K> | readonly [TermsOf<W, K>, { readonly [N in keyof NoInfer<Z>]?: Tensor }]
}

/**
 * An objective whose names are checked by the compiler: a term without a weight, a weight without a term, a misspelt scalar
 * feed or variable do not compile. What is not typed is checked all the same: an unknown setting throws UMBRA_TERMS at once,
 * a wrong value when the method is composed, a name that is not there when the objective is traced.
 *
 * @example
 * objective({
 *   weights: { ce: 1, match: 0.5 },
 *   scalars: { temperature: 4 },
 *   terms: ({ student, teacher, target, scalars }) => ({
 *     ce: labelLoss(student.logits, target),
 *     match: temperedKl(teacher.logits, student.logits, scalars.temperature),
 *   }),
 * })
 */
export function objective<
  const W extends string,
  const K extends string = W,
  S extends string = never,
  const L extends 'hard' | undefined = undefined,
  V extends TensorRecord = TensorRecord,
  Z extends TensorRecord = TensorRecord,
  F extends string = never,
>(spec: ObjectiveSpec<W, K, S, L, V, Z, F>): Objective {
  checkSpec(spec)
  const { weights, scalars, labels, taps, peers, feeds, memory, prepare, terms } = spec
  return Object.freeze<Objective>({
    weights: present(weights),
    ...(scalars === undefined ? {} : { scalars }),
    ...(labels === undefined ? {} : { labels }),
    ...(taps === undefined ? {} : { taps }),
    ...(peers === undefined ? {} : { peers }),
    ...(feeds === undefined ? {} : { feeds }),
    ...(memory === undefined ? {} : { memory }),
    ...(prepare === undefined
      ? {}
      : { prepare: (shapes, seed, models) => prepare(namedShapes(shapes), seed, models) }),
    terms: (batch, variables, state) => {
      // The trainer gives what `prepare`, `scalars`, `feeds` and `labels` have asked for.
      const typed = typedBatch(batch, variables, state, labels) as unknown as Batch<L, S, V, Z, F>
      const { terms: values, state: next } = checkedResult(terms(typed))
      return { terms: present(values), ...(next === undefined ? {} : { state: present(next) }) }
    },
  })
}

function typedBatch(
  batch: DistillBatch,
  variables: TensorRecord,
  state: TensorRecord,
  labels: 'hard' | undefined,
): ObjectiveBatch {
  const { labels: classes, ...rest } = batch
  const teachers = batch.teachers.map((outputs, i) => namedOutputs(outputs, `teacher ${i + 1}`))
  const typed = {
    ...rest,
    feeds: namedRecord(batch.feeds, 'feed'),
    scalars: namedRecord(batch.scalars, 'scalar'),
    // Which variables and state there are may depend on shapes, so that looking for one is no mistake.
    variables,
    state,
    student: namedOutputs(batch.student, 'the student'),
    teachers,
    peers: batch.peers.map((outputs, i) => namedOutputs(outputs, `peer ${i + 1}`)),
  }
  // What the method has not asked for throws where it is read, and is left out where the batch is listed or spread.
  Object.defineProperties(typed, {
    teacher: { enumerable: teachers.length === 1, get: () => onlyTeacher(teachers) },
    labels: {
      enumerable: labels === 'hard',
      get: () => {
        if (labels === 'hard') return classes
        throw labelsRefusal()
      },
    },
  })
  // `teacher` has just been defined.
  return typed as typeof typed & Pick<ObjectiveBatch, 'teacher'>
}

/** The entries that are not undefined. */
const present = <T>(record: Readonly<Record<string, T | undefined>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter((entry): entry is [string, T] => entry[1] !== undefined))
