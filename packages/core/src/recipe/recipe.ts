import { z } from 'zod'
import { omit } from '../util/omit.js'
import { optimiserSchema } from './optimiser-options.js'
import { lrScheduleSchema } from './schedule-options.js'

/** Everything about training but the data, the models and the method. */
export const recipeSchema = z.strictObject({
  epochs: z.int().positive().default(30),
  /** Images a step. */
  batch: z.int().positive().default(128),
  optimiser: optimiserSchema.prefault({ kind: 'sgd' }),
  schedule: lrScheduleSchema.prefault({ kind: 'cosine' }),
  /** Largest global L2 norm of the gradient; 0 means no clipping. */
  clipNorm: z.number().min(0).default(0),
  augment: z
    .strictObject({
      /** Pixels of zero padding around the image before a random crop of the original size. */
      crop: z.int().min(0).default(0),
      /** Mirror left to right with probability 1/2. */
      flip: z.boolean().default(false),
    })
    .prefault({}),
  /** Epochs from one evaluation to the next; the last epoch is always evaluated. */
  evaluateEvery: z.int().positive().default(1),
  /** Most steps between checkpoints; there is one at the end of each epoch too, and after 20 seconds without. */
  checkpointEvery: z.int().positive().default(200),
})
/** A recipe with every default filled in. */
export type Recipe = z.output<typeof recipeSchema>
/** A recipe as a person writes it: what is left out has a default. */
export type RecipeInput = z.input<typeof recipeSchema>

/** What of a recipe determines the result. */
export const identityOf = (recipe: Recipe): Omit<Recipe, 'checkpointEvery'> =>
  omit(recipe, ['checkpointEvery'])
