import { klDivergence, softCrossEntropy, z } from '@umbra/core'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

/** How a student is compared with a target distribution. */
export type Divergence = 'kl' | 'soft-cross-entropy'

interface NamedDivergence {
  /** Name of the term it gives. */
  readonly term: 'kd' | 'softCe'
  /** Both `[batch, classes]`, natural logarithms; nats per example `[batch]`. */
  readonly loss: (logTarget: Tensor2D, logProbabilities: Tensor2D) => Tensor1D
}

const DIVERGENCES: Readonly<Record<Divergence, NamedDivergence>> = Object.freeze({
  kl: { term: 'kd', loss: klDivergence },
  'soft-cross-entropy': { term: 'softCe', loss: softCrossEntropy },
})

/** The loss of a name. Both have the same gradient for a fixed target; they differ by the target's entropy. */
export const divergenceNamed = (name: Divergence): NamedDivergence => DIVERGENCES[name]

/** The option of methods in which either will do. */
export const divergenceOption = (
  standard: Divergence,
): z.ZodDefault<z.ZodEnum<{ kl: 'kl'; 'soft-cross-entropy': 'soft-cross-entropy' }>> =>
  z
    .enum(['kl', 'soft-cross-entropy'])
    .default(standard)
    .describe('KL divergence (term kd), or soft cross-entropy with the target’s entropy kept (term softCe)')
