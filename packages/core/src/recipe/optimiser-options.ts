import { z } from 'zod'
import { ofPlugin } from './of-plugin.js'

const rate = z.number().positive().describe('learning rate, which the schedule changes')
const decay = z.number().min(0)
const coupled = 'factor of the weight that is added to its gradient'

/** Options of the optimiser `sgd`. */
export const sgdOptions = z.strictObject({
  lr: rate.default(0.05),
  momentum: z.number().min(0).max(1).default(0.9).describe('part of the velocity that a step keeps'),
  nesterov: z.boolean().default(false).describe('whether the gradient is looked up ahead (Nesterov)'),
  weightDecay: decay.default(5e-4).describe(coupled),
})

const moments = {
  lr: rate.default(1e-3),
  beta1: z.number().min(0).max(1).default(0.9).describe('part of the first moment that a step keeps'),
  beta2: z.number().min(0).max(1).default(0.999).describe('part of the second moment that a step keeps'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root of the second moment'),
}
/** Options of the optimiser `adam`. */
export const adamOptions = z.strictObject({ ...moments, weightDecay: decay.default(0).describe(coupled) })
/** Options of the optimiser `adamw`. */
export const adamwOptions = z.strictObject({
  ...moments,
  weightDecay: decay.default(0.01).describe('the weight shrinks by this times the learning rate'),
})

const ofCore = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sgd').default('sgd'), ...sgdOptions.shape }),
  z.strictObject({ kind: z.literal('adam'), ...adamOptions.shape }),
  z.strictObject({ kind: z.literal('adamw'), ...adamwOptions.shape }),
])

/** An optimiser: a definition of kind `optimiser` with its options. */
export const optimiserSchema = z.union([ofCore, ofPlugin(['sgd', 'adam', 'adamw'])])
/** An optimiser of a recipe: a checked one of the core, or one of a plugin. */
export type OptimiserOptions = z.output<typeof optimiserSchema>
