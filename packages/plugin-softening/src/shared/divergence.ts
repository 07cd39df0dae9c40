import { klDivergence, softCrossEntropy, type tf, z } from '@umbra/core'

/** How a student is compared with a target distribution. */
export type Divergence = 'kl' | 'soft-cross-entropy'

/** Natural logarithms of target and student, `[batch, classes]` both, to nats per example `[batch]`. */
type DivergenceLoss = (logTarget: tf.Tensor2D, logProbabilities: tf.Tensor2D) => tf.Tensor1D

const DIVERGENCES: Readonly<Record<Divergence, DivergenceLoss>> = Object.freeze({
  kl: klDivergence,
  'soft-cross-entropy': softCrossEntropy,
})

/** The loss of a name. Both have the same gradient for a fixed target; they differ by the target's entropy. */
export const divergenceNamed = (name: Divergence): DivergenceLoss => DIVERGENCES[name]

/** A value under the name of its divergence's term, the other term left out. */
export const underTerm = <T>(
  divergence: Divergence,
  value: T,
): { readonly kd: T | undefined; readonly softCe: T | undefined } =>
  divergence === 'kl' ? { kd: value, softCe: undefined } : { kd: undefined, softCe: value }

/** The option of methods in which either will do. */
export const divergenceOption = (
  standard: Divergence,
): z.ZodDefault<z.ZodEnum<{ kl: 'kl'; 'soft-cross-entropy': 'soft-cross-entropy' }>> =>
  z
    .enum(['kl', 'soft-cross-entropy'])
    .default(standard)
    .describe('KL divergence (term kd), or soft cross-entropy with the target’s entropy kept (term softCe)')
