import type { MethodChoice } from '../config/compose-method.js'
import type { PairConfig } from '../config/experiment-config.js'
import { withCandidate } from '../config/with-candidate.js'
import { type ArmContext, planArm, type PlannedArm } from './planned-arm.js'
import type { Candidate } from './search-space.js'

/**
 * The arms of a comparison: every method for every pair and seed. A searched method has the options
 * of its configuration here; `searchedArms` replaces them by those of the search.
 */
export const listArms = (context: ArmContext): PlannedArm[] =>
  context.config.pairs.flatMap((pair) =>
    context.config.seeds.flatMap((seed) =>
      context.config.methods.map((method) => comparisonArm(context, method, pair, seed)),
    ),
  )

/** The best options of a search for one method of one pair; absent if every trial failed. */
export interface SearchedOptions {
  readonly pair: string
  readonly label: string
  readonly options?: Candidate
}

/** The same arms with the options of the search, without methods of which every trial failed. */
export const searchedArms = (
  arms: readonly PlannedArm[],
  searches: readonly SearchedOptions[],
  context: ArmContext,
): PlannedArm[] =>
  arms.flatMap((arm) => {
    const { method, pair, seed } = arm
    const search = searches.find((search) => search.pair === pair.id && search.label === method.label)
    if (search === undefined) return [arm]
    const entry = context.config.methods.find(({ label }) => label === method.label)
    if (search.options === undefined || entry === undefined) return []
    const options = withCandidate(entry.options, search.options)
    return [comparisonArm(context, { id: entry.id, label: entry.label, options }, pair, seed)]
  })

const comparisonArm = (
  context: ArmContext,
  method: MethodChoice,
  pair: PairConfig,
  seed: number,
): PlannedArm =>
  planArm({ method, pair, seed, recipe: context.config.recipe, folder: 'arms', name: method.label }, context)
