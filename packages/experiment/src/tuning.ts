import type { Run } from './execute/run.js'
import type { CheckedExperiment } from './plan/experiment.js'
import { runExperiment, type RunOptions } from './run-experiment.js'
import { type SearchOutcome, searchOptions } from './search/search.js'

/** The outcome of a search without a comparison, and its folder. */
export interface TuningResult {
  readonly name: string
  readonly runDir: string
  readonly searches: readonly SearchOutcome[]
  /** Wall time of this session. */
  readonly seconds: number
}

/**
 * Runs only the search of a comparison: options are chosen on validation images; the test set is never read.
 * Throws as `runComparison` does.
 */
export const runTuning = (checked: CheckedExperiment, options: RunOptions): Promise<TuningResult> =>
  runExperiment(checked, options, tune)

async function tune(run: Run): Promise<TuningResult> {
  const { folder, name, started, experiment } = run
  const searches = await searchOptions(run)
  await folder.writeJson('search.json', { searches })
  const seconds = (experiment.now() - started) / 1000
  await folder.writeJson('result.json', { name, command: experiment.command, seconds })
  return { name, runDir: folder.path, searches, seconds }
}
