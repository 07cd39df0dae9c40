import type { OptimiserOptions } from '../recipe/recipe.js'
import { adam } from './adam.js'
import type { Optimiser } from './optimiser.js'
import { sgd } from './sgd.js'

/** The optimiser of a recipe. */
export function createOptimiser(options: OptimiserOptions): Optimiser {
  return options.kind === 'sgd' ? sgd(options) : adam(options)
}
