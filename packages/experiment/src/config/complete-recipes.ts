import { UmbraError, type Recipe } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'
import type { PairConfig, ResolvedConfig, TeacherConfig } from './experiment-config.js'

/** A configuration whose recipes are complete, and what is wrong with those that cannot be completed. */
export interface CompletedRecipes {
  readonly config: ResolvedConfig
  readonly problems: readonly UmbraError[]
}

/** Fills in the options of what recipes name, of the run and of teachers that are trained here, with the definitions' defaults. */
export function completeRecipes(config: ResolvedConfig, registry: Registry): CompletedRecipes {
  const problems: UmbraError[] = []
  const complete = (recipe: Recipe, subject: string): Recipe => {
    try {
      return registry.recipes.complete(recipe, subject)
    } catch (error) {
      if (!(error instanceof UmbraError)) throw error
      problems.push(error)
      return recipe
    }
  }
  const teacherOf = (teacher: TeacherConfig): TeacherConfig =>
    'train' in teacher
      ? { ...teacher, train: complete(teacher.train, `recipe of teacher "${teacher.model.id}"`) }
      : teacher
  const pairOf = (pair: PairConfig): PairConfig => ({ ...pair, teachers: pair.teachers.map(teacherOf) })
  const pairs = config.pairs.map(pairOf)
  const whole = { ...config, recipe: complete(config.recipe, 'the recipe'), pairs }
  // After resolving, `teachers` are those of the first pair.
  return { config: { ...whole, teachers: [...(pairs[0]?.teachers ?? config.teachers)] }, problems }
}
