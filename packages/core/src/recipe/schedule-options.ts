import { z } from 'zod'
import { ofPlugin } from './of-plugin.js'

const warmUp = z.number().min(0).default(0).describe('epochs over which the rate rises from 0')

/** Options of the learning rate's schedule `constant`. */
export const constantOptions = z.strictObject({ warmUp })
/** Options of the learning rate's schedule `multi-step`. */
export const multiStepOptions = z.strictObject({
  milestones: z.array(z.number().min(0)).min(1).describe('epochs at which the rate is multiplied'),
  factor: z.number().positive().default(0.1).describe('what it is multiplied by'),
  warmUp,
})
/** Options of the learning rate's schedule `cosine`. */
export const cosineOptions = z.strictObject({
  to: z.number().min(0).default(0).describe('rate at the end of the run'),
  warmUp,
})

const ofCore = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), ...constantOptions.shape }),
  z.strictObject({ kind: z.literal('multi-step'), ...multiStepOptions.shape }),
  z.strictObject({ kind: z.literal('cosine').default('cosine'), ...cosineOptions.shape }),
])
/** A checked schedule of the core. */
export type CoreLrSchedule = z.output<typeof ofCore>

/** How the learning rate changes: a definition of kind `schedule` with its options. */
export const lrScheduleSchema = z.union([ofCore, ofPlugin(['constant', 'multi-step', 'cosine'])])
/** A schedule of the learning rate: a checked one of the core, or one of a plugin. */
export type LrSchedule = z.output<typeof lrScheduleSchema>
