import { positiveScheduledSchema, scheduledAtLeast, z } from '@umbra/core'

/** Options of every method of this package. */
export const weightingOptions = {
  weighting: z.string().min(1).default('average').describe('Id of the weighting of the teachers'),
  weightingOptions: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Options of the weighting, as defined by its schema'),
}

/** Options of the methods on logits at one temperature. */
export const mkdOptions = {
  ...weightingOptions,
  temperature: positiveScheduledSchema.default(4).describe('T, above 0: softens teachers and student'),
  ceWeight: scheduledAtLeast(0).default(1).describe('Weight of the cross-entropy with the labels, 0 or more'),
  kdWeight: scheduledAtLeast(0).default(1).describe('Weight of the weighted T^2 KL, 0 or more'),
  variant: z
    .enum(['sound', 'as-released'])
    .default('sound')
    .describe('as-released: the scale and the detached hints of the authors’ code; sound: weights sum to 1'),
}
