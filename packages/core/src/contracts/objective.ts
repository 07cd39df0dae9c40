import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { RandomStream } from '../random/stream.js'
import type { Scheduled } from '../schedules/schedule.js'
import type { LabelTarget } from './label-target.js'

/** Tensors by name. */
export type TensorRecord = Readonly<Record<string, Tensor>>

/** What one model produced for a batch. */
export interface ModelOutputs {
  /** `[batch, classes]`. */
  readonly logits: Tensor2D
  /** Tapped features by the name they were asked for. */
  readonly taps: TensorRecord
}

/** All that an objective may look at. Everything that changes from step to step is a tensor. */
export interface DistillBatch {
  /** What the examples are labelled with; `labelLoss` takes it. */
  readonly target: LabelTarget
  /** Class of each example, int32 `[batch]`: for objectives that say `labels: 'hard'`. */
  readonly labels: Tensor1D
  /** Stable index of each sample in the training set, int32 `[batch]`. */
  readonly ids: Tensor1D
  readonly student: ModelOutputs
  /** In the order of the configuration. No gradient flows into them. */
  readonly teachers: readonly ModelOutputs[]
  /** Other students trained beside this one, as many as the objective asks for; gradients do flow into them. */
  readonly peers: readonly ModelOutputs[]
  /** What the objective's `feeds` drew for this step. */
  readonly feeds: TensorRecord
  /** The objective's own scheduled scalars, and `step` and `progress` (0..1). */
  readonly scalars: Readonly<Record<string, Scalar>>
  /** Counter-based seed of this step and arm, int32 `[2]`, for stateless random operations. */
  readonly seed: Tensor1D
}

/** Static shapes known before the first step; batch dimensions are given as numbers too. */
export interface StaticShapes {
  readonly batch: number
  readonly classes: number
  readonly samples: number
  /** Training label of each sample by its id, int32 `[samples]`. */
  readonly labels: Int32Array
  readonly student: ModelShapes
  readonly teachers: readonly ModelShapes[]
}

/** Static shapes of one model's outputs. */
export interface ModelShapes {
  readonly logits: readonly number[]
  /** Shape of each tap with the batch dimension first: `[batch, height, width, channels]` or `[batch, features]`. */
  readonly taps: Readonly<Record<string, readonly number[]>>
}

/** The frozen teachers themselves, for objectives that reuse a teacher's classifier or read its parameters in `prepare`. */
export interface ObjectiveModels {
  readonly teachers: readonly LayersModel[]
}

/** The seed an arm of another method would be prepared with: for sums of methods. */
export type SeedFor = (method: string) => number

/** What `feeds` may look at; everything is host data. */
export interface FeedContext {
  readonly ids: Int32Array
  readonly labels: Int32Array
  /** Training label of each sample by its id. */
  readonly allLabels: Int32Array
  /** 1-based. */
  readonly step: number
  /** The arm's own stream; the same step gives the same numbers, after a resume too. */
  readonly stream: RandomStream
  /** The stream an arm of another method would have in this step: for sums of methods. */
  readonly streamFor?: (method: string) => RandomStream
}

/** An array to be uploaded. Its shape must be the same at every step. */
export interface Feed {
  readonly shape: readonly number[]
  readonly data: Int32Array | Float32Array
}

/** Initial values an objective brings along. The trainer owns, optimises and checkpoints them. */
export interface Prepared {
  /** Trained beside the student (projectors, learned temperatures). */
  readonly variables?: TensorRecord
  /** Carried from step to step without gradient (memory banks, moving means). */
  readonly state?: TensorRecord
}

/** What an objective gives for a batch. */
export interface Terms {
  /** Named per-example losses in nats, each `[batch]`; of a term that only some examples have, what `amongPresent` makes. */
  readonly terms: Readonly<Record<string, Tensor1D>>
  /** New values of the state; keys as in `prepare`. Absent: unchanged. */
  readonly state?: TensorRecord
}

/**
 * What a training step minimises: `loss = sum over terms of weight * mean(term)`, each mean over the examples that have the
 * term (`amongPresent`). Write one with `objective()`, which checks names and shapes of records by their types.
 *
 * `terms` is pure tensor code: traced once and run as a graph. It uses only its arguments, reads no values, branches on
 * none, creates no variables, and takes everything that changes between steps from `batch.scalars`.
 */
export interface Objective {
  /** Weight of each term; its keys are the names `terms` must return. A number or a schedule. */
  readonly weights: Readonly<Record<string, Scheduled>>
  /** Scalars handed to `terms` as tensors, evaluated by the trainer each step (temperatures, margins). */
  readonly scalars?: Readonly<Record<string, Scheduled>>
  /** That every example must have exactly one class; left out where mixed, smoothed or missing labels will do. */
  readonly labels?: 'hard'
  readonly taps?: { readonly student?: readonly string[]; readonly teacher?: readonly string[] }
  /** Number of other students to train beside this one (mutual learning); they start from seeds of their own. */
  readonly peers?: number
  /** Host data drawn for each step (indices of negatives, masks): counter-based, so that a resumed run draws the same. */
  readonly feeds?: (context: FeedContext) => Readonly<Record<string, Feed>>
  /**
   * Bytes it needs for `samples` training images and so many teachers beside networks (memories of the set, scores against them). What does not
   * fit is refused before anything is trained.
   */
  readonly memory?: (sizes: {
    readonly batch: number
    readonly samples: number
    readonly teachers: number
  }) => number
  /** Checks shapes and makes variables; called once. All shape errors are thrown here. */
  readonly prepare?: (
    shapes: StaticShapes,
    seed: number,
    models: ObjectiveModels,
    seedFor?: SeedFor,
  ) => Prepared
  readonly terms: (batch: DistillBatch, variables: TensorRecord, state: TensorRecord) => Terms
}
