import type { PairConfig, ResolvedConfig } from '../config/experiment-config.js'
import type { Identities } from '../identity/identities.js'

/** Identities of the students of every pair, as built from every seed of the comparison and of the search. */
export async function identifyStudents(
  { pairs, seeds, methods, search }: Pick<ResolvedConfig, 'pairs' | 'seeds' | 'methods' | 'search'>,
  identities: Identities,
): Promise<(pair: PairConfig, seed: number) => unknown> {
  const searched = methods.some((method) => method.search !== undefined)
  const students = new Map<string, unknown>()
  for (const pair of pairs)
    for (const seed of new Set([...seeds, ...(searched ? search.seeds : [])]))
      students.set(keyOf(pair, seed), await identities.model(pair.student.model, seed))
  return (pair, seed) => {
    const student = students.get(keyOf(pair, seed))
    if (student === undefined) throw new RangeError(`pair "${pair.id}" has no student of seed ${seed}`)
    return student
  }
}

const keyOf = ({ id }: PairConfig, seed: number): string => `${id} ${seed}`
