import { type ModelChoice, z } from '@umbra/core'

/** A model by its id alone, or with options. */
export const modelChoiceSchema = z.union([
  z.string(),
  z.strictObject({ id: z.string(), options: z.record(z.string(), z.unknown()).default({}) }),
])

/** The same with options, empty if there is only an id. */
export const modelChoice = (choice: z.output<typeof modelChoiceSchema>): ModelChoice =>
  typeof choice === 'string' ? { id: choice, options: {} } : choice
