import type { z } from 'zod'
import type { OptionsSchema } from '../contracts/definition.js'
import type { OptimiserDefinition, OptimiserLookup } from '../contracts/optimiser.js'
import type { Definition } from '../contracts/plugin.js'
import type { ScheduleDefinition } from '../contracts/schedule.js'
import { combineProblems } from '../errors/combine-problems.js'
import { UmbraError } from '../errors/umbra-error.js'
import { type BoundOptimiser, bindOptimiser } from '../optim/bind-optimiser.js'
import { type BoundRate, checkRates } from '../optim/learning-rate.js'
import type { Recipe } from '../recipe/recipe.js'
import { omit } from '../util/omit.js'

/** What recipes name by `kind`, of the core and of plugins. */
export interface RecipeParts {
  /**
   * A recipe with everything checked that its own schema cannot check: the options of plugins' definitions, which get their
   * defaults, and the learning rate over the whole run. Throws UMBRA_UNKNOWN_ID, UMBRA_OPTION and the like, UMBRA_OPTIMISER,
   * UMBRA_SCHEDULE; all at once. `subject` is whose recipe it is: `the recipe`.
   */
  readonly complete: (recipe: Recipe, subject?: string) => Recipe
  /** The definitions that a recipe names, and those that they ask for. Throws as `complete` does. */
  readonly named: (recipe: Recipe) => readonly Definition[]
  /** An optimiser by kind and options, as it is written: for one that wraps another. */
  readonly lookup: OptimiserLookup
  /** The optimiser of a recipe. Throws as `complete` does. */
  readonly optimiser: (recipe: Recipe) => BoundOptimiser
  /** The schedule of a recipe's learning rate. Throws as `complete` does. */
  readonly rate: (recipe: Recipe) => BoundRate
}

/** A definition that a recipe names, with its options beside its kind. */
type Chosen = Parameters<OptimiserLookup>[0]

/** A definition of a recipe: the part, whatever it asks for, is created by `create` with the options. */
type Part = OptimiserDefinition | ScheduleDefinition

interface Definitions {
  readonly get: <K extends Part['kind']>(kind: K, id: string) => Extract<Part, { kind: K }>
  readonly parse: (definition: Part, options: unknown) => z.output<OptionsSchema>
}

/** Finds what recipes name among the definitions of a registry. */
export function createRecipeParts({ get, parse }: Definitions): RecipeParts {
  const optionsOf = (kind: Part['kind'], chosen: Chosen): z.output<OptionsSchema> =>
    parse(get(kind, chosen.kind), omit(chosen, ['kind']))
  const whole = <C extends Chosen>(kind: Part['kind'], chosen: C): C =>
    ({ kind: chosen.kind, ...optionsOf(kind, chosen) }) as unknown as C
  /** The optimiser of a choice; `note` is told every definition that is asked for. */
  const lookup =
    (note: (definition: Definition) => void = () => undefined): OptimiserLookup =>
    (chosen) => {
      const definition = get('optimiser', chosen.kind)
      note(definition)
      return definition.create(optionsOf('optimiser', chosen), lookup(note))
    }
  const rate: RecipeParts['rate'] = ({ optimiser, schedule }) => ({
    subject: `schedule "${schedule.kind}"`,
    // Every optimiser has the option, see `plugin-shape`.
    lr: optionsOf('optimiser', optimiser).lr as number,
    rate: get('schedule', schedule.kind).create(optionsOf('schedule', schedule)),
  })
  const optimiser: RecipeParts['optimiser'] = (recipe) =>
    bindOptimiser(lookup()(recipe.optimiser), `optimiser "${recipe.optimiser.kind}"`)
  return {
    complete: (recipe, subject = 'the recipe') => {
      const problems: UmbraError[] = []
      const attempt = <T>(otherwise: T, action: () => T): T => {
        try {
          return action()
        } catch (error) {
          if (!(error instanceof UmbraError)) throw error
          problems.push(error)
          return otherwise
        }
      }
      const completed: Recipe = {
        ...recipe,
        optimiser: attempt(recipe.optimiser, () => whole('optimiser', recipe.optimiser)),
        schedule: attempt(recipe.schedule, () => whole('schedule', recipe.schedule)),
      }
      if (problems.length === 0) {
        attempt(undefined, () => void optimiser(completed).scalars(1, 0.1))
        attempt(undefined, () => checkRates(rate(completed), recipe.epochs))
      }
      const [first, ...others] = problems
      if (first !== undefined) throw combineProblems(subject, [first, ...others])
      return completed
    },
    named: (recipe) => {
      const named = new Set<Definition>()
      lookup((definition) => named.add(definition))(recipe.optimiser)
      return [...named, get('schedule', recipe.schedule.kind)]
    },
    lookup: lookup(),
    optimiser,
    rate,
  }
}
