import { z } from 'zod'
import { omit } from '../util/omit.js'
import { lrScheduleSchema } from './schedule-options.js'

const sgd = z.strictObject({
  kind: z.literal('sgd').default('sgd'),
  lr: z.number().positive().default(0.05),
  momentum: z.number().min(0).max(1).default(0.9),
  nesterov: z.boolean().default(false),
  weightDecay: z.number().min(0).default(5e-4),
})
const adam = {
  lr: z.number().positive().default(1e-3),
  beta1: z.number().min(0).max(1).default(0.9),
  beta2: z.number().min(0).max(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
}

/** Options of the optimisers. `weightDecay` of sgd and adam is added to the gradient (PyTorch's convention); adamw's is decoupled. */
export const optimiserSchema = z.discriminatedUnion('kind', [
  sgd,
  z.strictObject({ kind: z.literal('adam'), ...adam, weightDecay: z.number().min(0).default(0) }),
  z.strictObject({ kind: z.literal('adamw'), ...adam, weightDecay: z.number().min(0).default(0.01) }),
])
/** A checked choice of optimiser. */
export type OptimiserOptions = z.output<typeof optimiserSchema>

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
