import { expect, it } from 'vitest'
import { configurations } from './configurations.js'
import { type CaseResult, runCases } from './run-cases.js'
import type { FuzzTarget } from './target.js'
import { watch } from './watch.js'
import { weights } from './weights.js'

/** `pnpm fuzz weights --cases 3000` runs more of them. */
it.each<[FuzzTarget, number, number]>([
  [weights, 300, 8],
  [configurations, 60, 3],
  [watch, 15, 4],
])('$name: no case does more than be read or refused', async (target, cases, kinds) => {
  const results: CaseResult[] = []
  await runCases(target, { seed: 1, from: 0, to: cases }, (result) => results.push(result))
  expect(results.filter(({ failure }) => failure !== undefined)).toEqual([])
  expect(results).toHaveLength(cases)
  expect(new Set(results.map(({ outcome }) => outcome?.kind)).size).toBeGreaterThanOrEqual(kinds)
})

it('valid files are read', async () => {
  const results: CaseResult[] = []
  await runCases(weights, { seed: 2, from: 0, to: 100 }, (result) => results.push(result))
  expect(results.filter(({ outcome }) => outcome?.outcome === 'read').length).toBeGreaterThan(15)
})
