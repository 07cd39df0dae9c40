import type { z } from 'zod'
import type { OptionsSchema } from '../contracts/definition.js'
import type { Definition } from '../contracts/plugin.js'
import type { ScheduleDefinition } from '../contracts/schedule.js'
import { combineProblems } from '../errors/combine-problems.js'
import { UmbraError } from '../errors/umbra-error.js'
import { type BoundRate, checkRates } from '../optim/learning-rate.js'
import type { Recipe } from '../recipe/recipe.js'
import { omit } from '../util/omit.js'

/** What recipes name by `kind`, of the core and of plugins. */
export interface RecipeParts {
  /**
   * A recipe with everything checked that its own schema cannot check: the options of plugins' definitions, which get their
   * defaults, and the learning rate over the whole run. Throws UMBRA_UNKNOWN_ID, UMBRA_OPTION and the like, UMBRA_SCHEDULE; all at
   * once. `subject` is whose recipe it is: `recipe`.
   */
  readonly complete: (recipe: Recipe, subject?: string) => Recipe
  /** The definitions that a recipe names. Throws UMBRA_UNKNOWN_ID. */
  readonly named: (recipe: Recipe) => readonly Definition[]
  /** The schedule of a recipe's learning rate. Throws as `complete` does. */
  readonly rate: (recipe: Recipe) => BoundRate
}

/** A definition that a recipe names, with its options beside its kind. */
interface Chosen {
  readonly kind: string
  readonly [option: string]: unknown
}

interface Definitions {
  readonly get: (kind: 'schedule', id: string) => ScheduleDefinition
  readonly parse: (definition: ScheduleDefinition, options: unknown) => z.output<OptionsSchema>
}

/** Finds what recipes name among the definitions of a registry. */
export function createRecipeParts({ get, parse }: Definitions): RecipeParts {
  const complete = <C extends Chosen>(kind: 'schedule', chosen: C): C => {
    const definition = get(kind, chosen.kind)
    return { kind: chosen.kind, ...parse(definition, omit(chosen, ['kind'])) } as C
  }
  const rate: RecipeParts['rate'] = ({ optimiser, schedule }) => {
    const options = omit(complete('schedule', schedule), ['kind'])
    return {
      subject: `schedule "${schedule.kind}"`,
      lr: optimiser.lr,
      rate: get('schedule', schedule.kind).create(options),
    }
  }
  return {
    complete: (recipe, subject = 'the recipe') => {
      const problems: UmbraError[] = []
      const attempt = <T>(action: () => T): T | undefined => {
        try {
          return action()
        } catch (error) {
          if (!(error instanceof UmbraError)) throw error
          problems.push(error)
          return undefined
        }
      }
      const schedule = attempt(() => complete('schedule', recipe.schedule))
      const whole = { ...recipe, schedule: schedule ?? recipe.schedule }
      if (problems.length === 0) attempt(() => checkRates(rate(whole), recipe.epochs))
      const [first, ...others] = problems
      if (first !== undefined) throw combineProblems(subject, [first, ...others])
      return whole
    },
    named: ({ schedule }) => [get('schedule', schedule.kind)],
    rate,
  }
}
