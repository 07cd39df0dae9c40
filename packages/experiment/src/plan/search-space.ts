import { randomStream } from '@umbra/core'
import { canonicalJson } from '@umbra/core/files'
import type { SearchConfig } from '../config/experiment-config.js'

/** One combination of options from a search space. */
export type Candidate = Readonly<Record<string, unknown>>

/** Every combination of the values, the last option changing fastest. */
export const gridOf = (space: Readonly<Record<string, readonly unknown[]>>): Candidate[] =>
  Object.entries(space).reduce<Candidate[]>(
    (rows, [key, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value }))),
    [{}],
  )

/** The candidates of a search: the whole grid, or `trials` combinations drawn from it without replacement. */
export function candidatesOf(
  space: Readonly<Record<string, readonly unknown[]>>,
  { strategy, trials }: Pick<SearchConfig, 'strategy' | 'trials'>,
): Candidate[] {
  const grid = gridOf(space)
  if (strategy === 'grid' || trials >= grid.length) return grid
  const stream = randomStream(0, `search/${canonicalJson(space)}`)
  const drawn = grid.map((candidate, i) => ({ candidate, at: stream.uint32(i) }))
  return drawn
    .sort((a, b) => a.at - b.at)
    .slice(0, trials)
    .map(({ candidate }) => candidate)
}

/** One round of a search: `candidates` are each trained for `epochs`. */
export interface Round {
  readonly candidates: number
  readonly epochs: number
}

/**
 * The rounds of a search over `count` candidates. Successive halving (Jamieson, Talwalkar, AISTATS 2016) starts with all of
 * them and few epochs, keeps the best 1 of `eta` and multiplies the epochs by `eta`, until `epochs` is reached;
 * the other strategies have one round.
 */
export function roundsOf(count: number, epochs: number, { strategy, eta }: SearchConfig): Round[] {
  if (strategy !== 'halving') return [{ candidates: count, epochs }]
  const last = Math.min(Math.floor(logOf(count, eta)), Math.floor(logOf(epochs, eta)))
  return Array.from({ length: last + 1 }, (_, i) => ({
    candidates: Math.max(1, Math.ceil(count / eta ** i)),
    epochs: Math.max(1, Math.round(epochs / eta ** (last - i))),
  }))
}

// Rounded so that the logarithm of a power is whole.
const logOf = (value: number, base: number): number =>
  Number((Math.log(Math.max(1, value)) / Math.log(base)).toFixed(9))
