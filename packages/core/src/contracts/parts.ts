import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { z } from 'zod'
import type { Scheduled } from '../schedules/schedule.js'
import type { TensorRecord } from './objective.js'
import type { DefinitionBase, OptionsSchema } from './definition.js'

/** A target distribution over classes. */
export interface SoftTargets {
  /** `[batch, classes]`, rows sum to 1. */
  readonly probabilities: Tensor2D
  /** Natural logarithm of the same, `[batch, classes]`. */
  readonly logProbabilities: Tensor2D
}

/** Raw teacher logits and labels to a target distribution. Pure tensor code. */
export interface Softening {
  readonly scalars?: Readonly<Record<string, Scheduled>>
  readonly apply: (
    logits: Tensor2D,
    labels: Tensor1D,
    scalars: Readonly<Record<string, Scalar>>,
  ) => SoftTargets
}

/** Enhanced targets and, where the enhancement carries state, its new values. */
export interface EnhancedTargets extends SoftTargets {
  readonly state?: TensorRecord
}

/** Target distribution to one with more distinct wrong classes. Pure tensor code. */
export interface Enhancement {
  readonly scalars?: Readonly<Record<string, Scheduled>>
  /** Initial values of what is carried from step to step (relations of classes seen so far), one set for each teacher. */
  readonly state?: (classes: number) => TensorRecord
  readonly apply: (
    targets: SoftTargets,
    labels: Tensor1D,
    scalars: Readonly<Record<string, Scalar>>,
    state?: TensorRecord,
  ) => EnhancedTargets
}

/** Several teachers to a weight for each sample and teacher, `[batch, teachers]`, rows sum to 1. Pure tensor code. */
export interface Weighting {
  /** The student's logits are a constant here: no gradient flows through the weights. */
  readonly apply: (teacherLogits: readonly Tensor2D[], labels: Tensor1D, studentLogits?: Tensor2D) => Tensor2D
}

/** A softening by id: its options, and how it is made of them. */
export interface SofteningDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'softening',
  S
> {
  // Method syntax: a definition with its own options must fit where definitions of any options are listed.
  create(options: z.output<S>): Softening
}
/** An enhancement by id: its options, and how it is made of them. */
export interface EnhancementDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'enhancement',
  S
> {
  create(options: z.output<S>): Enhancement
}
/** A weighting of teachers by id: its options, and how it is made of them. */
export interface WeightingDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'weighting',
  S
> {
  create(options: z.output<S>): Weighting
}

/** How a definition asks the registry for another plugin's part; what it asks for stands in its plugin's `needs`. */
export interface PartLookup {
  softening: (id: string, options?: unknown) => Softening
  enhancement: (id: string, options?: unknown) => Enhancement
  weighting: (id: string, options?: unknown) => Weighting
}

/**
 * Checks the type of a softening and freezes it.
 *
 * @example
 * const sharp = defineSoftening({
 *   id: 'sharp',
 *   summary: 'Half the temperature.',
 *   options: z.strictObject({}),
 *   create: () => ({
 *     apply: (logits) => {
 *       const logProbabilities = tf.logSoftmax<tf.Tensor2D>(tf.mul(logits, 2))
 *       return { logProbabilities, probabilities: tf.exp(logProbabilities) }
 *     },
 *   }),
 * })
 */
export function defineSoftening<const S extends OptionsSchema>(
  softening: Omit<SofteningDefinition<S>, 'kind'>,
): SofteningDefinition<S> {
  return Object.freeze({ kind: 'softening', ...softening })
}
/** Checks the type of an enhancement and freezes it. */
export function defineEnhancement<const S extends OptionsSchema>(
  enhancement: Omit<EnhancementDefinition<S>, 'kind'>,
): EnhancementDefinition<S> {
  return Object.freeze({ kind: 'enhancement', ...enhancement })
}
/** Checks the type of a weighting and freezes it. */
export function defineWeighting<const S extends OptionsSchema>(
  weighting: Omit<WeightingDefinition<S>, 'kind'>,
): WeightingDefinition<S> {
  return Object.freeze({ kind: 'weighting', ...weighting })
}
