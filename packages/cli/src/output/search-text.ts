import type { SearchOutcome } from '@umbra/experiment'
import { columns, percent } from './format.js'

/** The trials of a search, best first, and the best options as a configuration entry. */
export function searchText(
  { pair, label, search, options: bestOptions, failed }: SearchOutcome,
  entry: Readonly<Record<string, unknown>>,
): string {
  const rows = search.trials.map(({ options: tried, epochs, validation }, i) => [
    String(i + 1),
    percent(validation),
    `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`,
    Object.entries(tried)
      .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
      .join('  '),
  ])
  const table = columns([['', 'validation', 'trained', `${label} (${pair})`], ...rows])
  if (bestOptions !== undefined) return `${table}\n\nmethods: [${JSON.stringify(entry)}]`
  return `${label} (${pair}): every trial failed: ${failed?.code ?? ''} ${failed?.reason ?? ''}`
}
