import type { ArmResult, MethodFigures } from '@umbra/core/trainer'
import type { Run } from '../execute/run.js'
import { trainArms } from '../execute/train-arms.js'
import type { SearchedOptions } from '../plan/list-arms.js'
import type { PlannedArm } from '../plan/planned-arm.js'
import { type PlannedSearch, plannedSearches, trialArms } from '../plan/planned-search.js'
import type { Candidate } from '../plan/search-space.js'

/** The outcome of a search for one method of one pair: the options that were best on validation in the last round. */
export interface SearchOutcome extends SearchedOptions {
  readonly search: NonNullable<MethodFigures['search']>
  /** Reason of a failed trial, if all failed. */
  readonly failed?: Failure
}

type Failure = NonNullable<ArmResult['failed']>

/** A running search. */
interface OpenSearch {
  readonly plan: PlannedSearch
  round: number
  /** In the current round. */
  candidates: readonly Candidate[]
  readonly trials: Trial[]
  failed?: Failure
}

/** One candidate after a round. */
interface Trial {
  readonly options: Candidate
  readonly epochs: number
  /** Mean top-1 over the seeds of the search, after the last epoch, on the images held out from training. */
  readonly validation: number
  /** Mean cross-entropy there; breaks ties. */
  readonly loss: number
}

/**
 * Chooses options of all methods that have a search space, on validation images only; the test set is not read. The trials of
 * all methods that have the same epochs and seed share their cohorts, and so their teacher passes.
 */
export async function searchOptions(run: Run): Promise<SearchOutcome[]> {
  const { config } = run.experiment
  const searches = plannedSearches(config).map((plan): OpenSearch => ({
    plan,
    round: 0,
    candidates: plan.candidates,
    trials: [],
  }))
  for (;;) {
    const running = searches.flatMap((search) => {
      const round = search.plan.rounds[search.round]
      if (round === undefined || search.candidates.length === 0) return []
      return [{ search, epochs: round.epochs, trials: trialsOf(run, search, round.epochs) }]
    })
    if (running.length === 0) break
    const arms = running.flatMap(({ trials }) => trials.flatMap((trial) => trial.arms))
    const results = await trainArms(run, arms)
    for (const { search, epochs, trials } of running) finishRound(search, epochs, trials, results)
  }
  for (const search of searches) announce(run, search)
  return searches.map((search) => outcomeOf(search, config.search.strategy))
}

interface CandidateArms {
  readonly candidate: Candidate
  readonly arms: readonly PlannedArm[]
}

/** One arm for each candidate and seed of the current round. */
const trialsOf = ({ experiment }: Run, { plan, candidates }: OpenSearch, epochs: number): CandidateArms[] =>
  candidates.map((candidate) => ({ candidate, arms: trialArms(plan, candidate, epochs, experiment) }))

/** Ranks the candidates and keeps the best for the next round. */
function finishRound(
  search: OpenSearch,
  epochs: number,
  trials: readonly CandidateArms[],
  results: ReadonlyMap<string, ArmResult>,
): void {
  const ranked = trials.flatMap(({ candidate, arms }): Trial[] => {
    const ofSeeds = arms.flatMap(({ id }) => results.get(id) ?? [])
    const failure = ofSeeds.find(({ failed }) => failed !== undefined)?.failed
    if (failure !== undefined) {
      search.failed ??= failure
      return []
    }
    const evaluations = ofSeeds.flatMap(({ history }) => history.at(-1)?.validation ?? [])
    const mean = (figure: 'top1' | 'loss'): number =>
      evaluations.reduce((sum, evaluation) => sum + evaluation[figure], 0) / evaluations.length
    return [{ options: candidate, epochs, validation: mean('top1'), loss: mean('loss') }]
  })
  ranked.sort((a, b) => b.validation - a.validation || a.loss - b.loss)
  // Later rounds trained for more epochs, so they rank above all earlier ones.
  search.trials.unshift(...ranked)
  search.round += 1
  const next = search.plan.rounds[search.round]
  search.candidates = ranked.slice(0, next?.candidates ?? 0).map(({ options }) => options)
}

function announce({ experiment, listen }: Run, { plan, trials }: OpenSearch): void {
  const [best] = trials
  if (best === undefined) return
  const name = `${plan.method.label}${experiment.config.pairs.length > 1 ? ` (${plan.pair.id})` : ''}`
  const accuracy = `${(100 * best.validation).toFixed(2)} % on validation`
  listen({ type: 'notice', text: `search of ${name}: ${JSON.stringify(best.options)}, ${accuracy}` })
}

function outcomeOf({ plan, trials, failed }: OpenSearch, strategy: string): SearchOutcome {
  const [best] = trials
  return {
    pair: plan.pair.id,
    label: plan.method.label,
    ...(best === undefined ? {} : { options: best.options }),
    search: {
      strategy,
      trials: trials.map(({ options, epochs, validation }) => ({ options, epochs, validation })),
    },
    ...(trials.length > 0 || failed === undefined ? {} : { failed }),
  }
}
