import { positiveScheduledSchema, scheduledAtLeast, z } from '@umbra/core'
import { weightingOptions } from '../../shared/mkd-options.js'

const partOptions = (of: string) =>
  z.record(z.string(), z.unknown()).default({}).describe(`Options of the ${of}, as defined by its schema`)

/** Options of `mtcd`, and of the preset `umbra` with other defaults. */
export const mtcdOptions = z.strictObject({
  ...weightingOptions,
  softening: z.string().min(1).default('shared').describe('Id of the softening of each teacher’s logits'),
  softeningOptions: partOptions('softening'),
  enhancement: z.string().min(1).default('none').describe('Id of the enhancement of each target, or none'),
  enhancementOptions: partOptions('enhancement'),
  form: z
    .enum(['crd', 'infonce'])
    .default('crd')
    .describe('crd: against memories of the whole training set; infonce: within the batch'),
  studentTap: z
    .string()
    .min(1)
    .default('pooled')
    .describe('Student feature that is embedded; maps are flattened'),
  teacherTap: z.string().min(1).default('pooled').describe('Feature of each teacher that is embedded'),
  dimension: z.int().min(1).default(128).describe('Length of the embeddings'),
  negatives: z
    .int()
    .min(1)
    .default(16384)
    .describe(
      'K of form crd: number of negatives that a sample counts as having, also more than there are samples',
    ),
  contrastTemperature: z
    .number()
    .gt(0)
    .optional()
    .describe('Temperature of the scores, above 0; 0.07 for crd and 0.2 for infonce by default'),
  momentum: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('Share of a memory row that stays at its update, 0 up to but not 1'),
  ceWeight: scheduledAtLeast(0).default(1).describe('Weight of the cross-entropy with the labels, 0 or more'),
  softWeight: scheduledAtLeast(0).default(1).describe('Weight of tau_s^2 soft cross-entropy, 0 or more'),
  contrastWeight: scheduledAtLeast(0)
    .default(0.8)
    .describe('Weight of the contrast of all teachers, 0 or more'),
  studentTemperature: positiveScheduledSchema.default(4).describe('tau_s, above 0: softens the student'),
})

/** The same, parsed. */
export type MtcdOptions = z.output<typeof mtcdOptions>
