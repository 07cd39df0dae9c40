import { assemble } from '../registry/registry.js'
import type { RecipeParts } from '../registry/recipe-parts.js'
import type { CohortOptions } from './cohort-options.js'

/** What the recipe of a cohort names: what it was given, or what the core provides. */
export const recipePartsOf = ({ recipes }: Pick<CohortOptions, 'recipes'>): RecipeParts =>
  recipes ?? assemble([]).recipes
