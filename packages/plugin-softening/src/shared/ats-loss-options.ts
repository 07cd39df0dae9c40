import { positiveScheduledSchema, shareSchema } from '@umbra/core'
import { divergenceOption } from './divergence.js'

/** Options that `ats` and `isats` share, apart from their temperatures. */
export const atsLossOptions = {
  lambda: shareSchema.default(0.5).describe('Share of the soft targets, 0 to 1; the labels get 1 - lambda'),
  studentTemperature: positiveScheduledSchema
    .default(1)
    .describe('tau_s, above 0: softens the student in the soft term'),
  divergence: divergenceOption('soft-cross-entropy'),
}
