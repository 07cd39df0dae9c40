import { expect, it } from 'vitest'
import { type CaseResult, runCases } from './run-cases.js'
import { runs } from './runs.js'

/** `pnpm fuzz runs --cases 200` damages more of them. */
it('a damaged run folder gives what was written, or an error', async () => {
  const results: CaseResult[] = []
  await runCases(runs, { seed: 3, from: 0, to: 6 }, (result) => results.push(result))
  expect(results.filter(({ failure }) => failure !== undefined)).toEqual([])
  expect(new Set(results.map(({ outcome }) => outcome?.kind)).size).toBeGreaterThanOrEqual(4)
})
