import type { MethodFigures } from '@umbra/core/trainer'
import { contentHash } from '@umbra/core/files'
import { type ArmDependencies, planArm, type PlannedArm } from '../plan/planned-arm.js'
import type { MethodEntry, PairConfig } from '../config/experiment-config.js'
import { composeMethod } from '../config/check-config.js'
import type { ArmResult } from '../store/arm-result.js'
import { type Candidate, candidatesOf, type Round, roundsOf } from '../plan/search-space.js'
import type { Session } from '../execute/session.js'
import { trainArms } from '../execute/train-arms.js'

/** What a search found for one method of one pair. */
export interface SearchOutcome {
  readonly pair: string
  readonly label: string
  /** The options that were best on validation in the last round; absent when every trial failed. */
  readonly chosen?: Candidate
  readonly search: NonNullable<MethodFigures['search']>
  /** Why a trial failed, where all did. */
  readonly failed?: { readonly code: string; readonly reason: string }
}

interface OpenSearch {
  readonly pair: PairConfig
  readonly entry: MethodEntry
  readonly rounds: readonly Round[]
  round: number
  /** Of the present round. */
  candidates: readonly Candidate[]
  readonly trials: Scored[]
  failed?: { readonly code: string; readonly reason: string }
}

interface Scored {
  readonly options: Candidate
  readonly epochs: number
  /** Mean top-1 over the seeds of the search, after the last epoch, on the images held out from training. */
  readonly validation: number
  /** Mean cross-entropy there; it decides between equals. */
  readonly loss: number
}

/**
 * Chooses options of all methods that have a search space, on validation alone: the test set is not read. The trials of
 * all methods that have the same epochs and seed share their cohorts, and so their teacher passes.
 */
export async function searchOptions(
  session: Session,
  armDependencies: (pair: PairConfig) => ArmDependencies,
  maxArms: (arm: PlannedArm) => number,
): Promise<SearchOutcome[]> {
  const { config, listen } = session
  const { search } = config
  const searches = config.pairs.flatMap((pair) =>
    config.methods.flatMap((entry): OpenSearch[] => {
      if (entry.search === undefined) return []
      const candidates = candidatesOf(entry.search, search)
      const rounds = roundsOf(candidates.length, search.epochs ?? config.recipe.epochs, search)
      return [{ pair, entry, rounds, round: 0, candidates, trials: [] }]
    }),
  )
  for (;;) {
    const running = searches.filter(
      ({ round, rounds, candidates }) => round < rounds.length && candidates.length > 0,
    )
    if (running.length === 0) break
    const planned = running.map((own) => ({ own, arms: armsOf(session, own, armDependencies(own.pair)) }))
    const results = await trainArms(
      session,
      planned.flatMap(({ arms }) => arms.flatMap((arm) => arm.arms)),
      maxArms,
    )
    for (const { own, arms } of planned) finishRound(own, arms, results)
  }
  for (const { entry, pair, trials } of searches) {
    const best = trials[0]
    if (best !== undefined)
      listen({
        type: 'notice',
        text: `search of ${entry.label}${config.pairs.length > 1 ? ` (${pair.id})` : ''}: ${JSON.stringify(best.options)}, ${(100 * best.validation).toFixed(2)} % on validation`,
      })
  }
  return searches.map(({ pair, entry, trials, failed }) => ({
    pair: pair.id,
    label: entry.label,
    ...(trials[0] === undefined ? {} : { chosen: trials[0].options }),
    search: {
      strategy: search.strategy,
      trials: trials.map(({ options, epochs, validation }) => ({ options, epochs, validation })),
    },
    ...(trials.length > 0 || failed === undefined ? {} : { failed }),
  }))
}

interface CandidateArms {
  readonly candidate: Candidate
  readonly arms: readonly PlannedArm[]
}

/** One arm for each candidate and seed of a search's present round. */
function armsOf(session: Session, own: OpenSearch, basis: ArmDependencies): CandidateArms[] {
  const { config, registry } = session
  const { entry, pair } = own
  const recipe = { ...config.recipe, epochs: own.rounds[own.round]!.epochs }
  return own.candidates.map((candidate) => {
    const method = composeMethod(registry, { ...entry, options: { ...entry.options, ...candidate } }, pair)
    const options = method.options as Readonly<Record<string, unknown>>
    const name = `${entry.label}.${contentHash(candidate).slice(0, 8)}-e${recipe.epochs}`
    const arms = config.search.seeds.map((seed) =>
      planArm({ entry, options, pair, seed, recipe, folder: 'search', name }, config, registry, basis),
    )
    return { candidate, arms }
  })
}

/** Ranks the candidates and keeps the best for the next round. */
function finishRound(
  own: OpenSearch,
  arms: readonly CandidateArms[],
  results: ReadonlyMap<string, ArmResult>,
): void {
  const { epochs } = own.rounds[own.round]!
  const scored = arms.flatMap(({ candidate, arms: ofSeeds }): Scored[] => {
    const finals = ofSeeds.map(({ id }) => results.get(id)!)
    const failure = finals.find(({ failed }) => failed !== undefined)?.failed
    if (failure !== undefined) {
      own.failed ??= failure
      return []
    }
    const last = finals.map(({ history }) => history.at(-1)!.validation!)
    const mean = (of: (evaluation: (typeof last)[number]) => number): number =>
      last.reduce((sum, evaluation) => sum + of(evaluation), 0) / last.length
    return [{ options: candidate, epochs, validation: mean((e) => e.top1), loss: mean((e) => e.loss) }]
  })
  scored.sort((a, b) => b.validation - a.validation || a.loss - b.loss)
  // Later rounds have seen more epochs: they stand before all earlier ones.
  own.trials.unshift(...scored)
  own.round += 1
  own.candidates = scored.slice(0, own.rounds[own.round]?.candidates ?? 0).map(({ options }) => options)
}
