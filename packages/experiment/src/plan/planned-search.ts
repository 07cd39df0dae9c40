import { contentHash } from '@umbra/core/files'
import type { MethodEntry, PairConfig, ResolvedConfig } from '../config/experiment-config.js'
import { withCandidate } from '../config/with-candidate.js'
import { type ArmContext, planArm, type PlannedArm } from './planned-arm.js'
import { type Candidate, candidatesOf, type Round, roundsOf } from './search-space.js'

/** The search for the options of one method of one pair, before its first round. */
export interface PlannedSearch {
  readonly pair: PairConfig
  readonly method: MethodEntry
  readonly candidates: readonly Candidate[]
  readonly rounds: readonly Round[]
}

/** One search for each pair and each method that has a search space. */
export const plannedSearches = ({ pairs, methods, recipe, search }: ResolvedConfig): PlannedSearch[] =>
  pairs.flatMap((pair) =>
    methods.flatMap((method) => {
      if (method.search === undefined) return []
      const candidates = candidatesOf(method.search, search)
      const rounds = roundsOf(candidates.length, search.epochs ?? recipe.epochs, search)
      return [{ pair, method, candidates, rounds }]
    }),
  )

/** The arms of one candidate in a round: one for each seed of the search. */
export function trialArms(
  { pair, method }: Pick<PlannedSearch, 'pair' | 'method'>,
  candidate: Candidate,
  epochs: number,
  context: ArmContext,
): PlannedArm[] {
  const { config } = context
  const { id, label } = method
  const choice = { id, label, options: withCandidate(method.options, candidate) }
  const recipe = { ...config.recipe, epochs }
  const name = `${label}.${contentHash(candidate).slice(0, 8)}-e${epochs}`
  return config.search.seeds.map((seed) =>
    planArm({ method: choice, pair, seed, recipe, folder: 'search', name }, context),
  )
}

/** Every round of every search. Which candidates survive is unknown, only how many: the first ones stand in for them. */
export const searchArms = (context: ArmContext): PlannedArm[] =>
  plannedSearches(context.config).flatMap((search) =>
    search.rounds.flatMap(({ candidates, epochs }) =>
      search.candidates
        .slice(0, candidates)
        .flatMap((candidate) => trialArms(search, candidate, epochs, context)),
    ),
  )
