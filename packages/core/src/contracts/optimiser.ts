import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { z } from 'zod'
import type { DefinitionBase, OptionsSchema, Paper } from './definition.js'
import type { TensorRecord } from './objective.js'

/** How a weight is moved by its gradient: pure functions. What is carried from step to step belongs to the trainer, which saves it. */
export interface Optimiser {
  /** What is carried for a weight, by name, before its first step: moments, slow weights. Nothing when left out. Pure tensor code. */
  readonly state?: (weight: Tensor) => TensorRecord
  /**
   * Further numbers of a step (from 1), handed to `update` as tensors: computed on the host in double precision. The same names at every
   * step, and neither `learningRate` nor `step`. A function of its arguments alone: a run that is resumed starts in the middle.
   */
  readonly scalars?: (step: number, learningRate: number) => Readonly<Record<string, number>>
  /**
   * New values of a weight and of its state, whose names, shapes and types stay. Pure tensor code: traced once and run as a graph.
   * The learning rate of the step is `scalars.learningRate`, not the option `lr`, for a schedule changes it.
   */
  readonly update: (
    weight: Tensor,
    gradient: Tensor,
    state: TensorRecord,
    scalars: Readonly<Record<string, Scalar>> & Readonly<Record<'learningRate' | 'step', Scalar>>,
  ) => { readonly weight: Tensor; readonly state?: TensorRecord }
}

/**
 * Another optimiser by its `kind`, with its options beside it, as a recipe has it: for one that wraps another. Throws UMBRA_UNKNOWN_ID,
 * UMBRA_OPTION and the like.
 */
export type OptimiserLookup = (choice: {
  readonly kind: string
  readonly [option: string]: unknown
}) => Optimiser

/** An optimiser by id: its options, and what they make. */
export interface OptimiserDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'optimiser',
  S
> {
  readonly paper?: Paper
  /** The update in plain text, as `umbra explain` prints it. */
  readonly formula?: string
  create(options: z.output<S>, optimiser: OptimiserLookup): Optimiser
}

/** Options of an optimiser: `lr` among them, the rate that schedules start from, with a default. */
type WithRate = OptionsSchema & { readonly shape: { readonly lr: z.ZodType<number> } }

/**
 * Checks the type of an optimiser and freezes it. A recipe names it by `kind`, its options beside it: `optimiser: { kind: 'sign', lr: 0.001 }`.
 *
 * @example
 * const sign = defineOptimiser({
 *   id: 'sign',
 *   summary: 'Moves every weight by the learning rate.',
 *   options: z.strictObject({ lr: z.number().positive().default(0.001) }),
 *   create: () => ({
 *     update: (weight, gradient, _state, { learningRate }) => ({
 *       weight: tf.sub(weight, tf.mul(tf.sign(gradient), learningRate)),
 *     }),
 *   }),
 * })
 */
export function defineOptimiser<const S extends WithRate>(
  optimiser: Omit<OptimiserDefinition<S>, 'kind'>,
): OptimiserDefinition<S> {
  return Object.freeze({ kind: 'optimiser', ...optimiser })
}
