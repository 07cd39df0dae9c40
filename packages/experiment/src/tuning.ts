import { armDependencies } from './comparison.js'
import { type SearchOutcome, searchOptions } from './search/search.js'
import { openSession, type RunInput } from './execute/session.js'

export interface TuningResult {
  readonly name: string
  readonly runDir: string
  readonly searches: readonly SearchOutcome[]
  /** Wall time of this session. */
  readonly seconds: number
}

/**
 * The search of a comparison without the comparison: options chosen on validation; the test set is never read.
 * Throws as `runComparison` does.
 */
export async function runTuning(input: Omit<RunInput, 'command'>): Promise<TuningResult> {
  const session = await openSession({ ...input, command: 'tune' })
  try {
    const { folder, name } = session
    const searches = await searchOptions(session, (pair) => armDependencies(session, pair), session.maxArms)
    await folder.writeJson('search.json', searches)
    return { name, runDir: folder.path, searches, seconds: (session.now() - session.started) / 1000 }
  } finally {
    await session.close()
  }
}
