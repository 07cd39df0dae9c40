import type { MethodLaws } from '../contracts/laws.js'

type NamedLaws = readonly [name: string, laws: MethodLaws]
type ListLaw = Exclude<keyof MethodLaws, 'negatives' | 'temperature'>

const LISTS: readonly ListLaw[] = [
  ...(['identity', 'pull', 'wrongClasses', 'temperatureFree', 'shifted', 'relational'] as const),
  ...(['ordered', 'countsTeachers', 'constant', 'scaledGradients', 'fixedState'] as const),
]

/** The laws of a sum: those of its parts, under the names that terms, variables and state have in the sum. */
export function sumLaws(parts: readonly NamedLaws[]): MethodLaws {
  const lists = LISTS.flatMap((law) => {
    const names = parts.flatMap(([part, laws]) => (laws[law] ?? []).map((name) => inSum(part, name)))
    return names.length === 0 ? [] : [[law, names] as const]
  })
  const negatives = parts.flatMap(([part, laws]) =>
    (laws.negatives ?? []).map((law) => ({ ...law, feed: `${part}.${law.feed}` })),
  )
  return { ...Object.fromEntries(lists), ...(negatives.length === 0 ? {} : { negatives }) }
}

/** The label term is common to all parts and keeps its name. */
const inSum = (part: string, name: string): string => (name === 'ce' ? name : `${part}.${name}`)
