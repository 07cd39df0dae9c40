import type { ArmResult, ComparisonRecord } from '@umbra/core/trainer'
import type { Run } from './execute/run.js'
import { trainArms } from './execute/train-arms.js'
import type { CheckedExperiment } from './plan/experiment.js'
import { searchedArms } from './plan/list-arms.js'
import type { PlannedArm } from './plan/planned-arm.js'
import { armMetrics } from './metrics/arm-metrics.js'
import { chooseMetrics } from './metrics/choose-metrics.js'
import { createRecordKeeper, type RecordKeeper } from './record-keeper.js'
import { runExperiment, type RunOptions } from './run-experiment.js'
import { searchOptions } from './search/search.js'
import { teacherFigures } from './teacher-figures.js'

/** The outcome of a comparison, and its folder. */
export interface ComparisonResult {
  readonly name: string
  readonly runDir: string
  /** Wall time over all sessions that trained something. */
  readonly seconds: number
  /** Every figure, as in `record.json` of the run folder. */
  readonly record: ComparisonRecord
}

/**
 * Trains every method for every pair and seed; `train` is a comparison of one method.
 *
 * For each seed, all methods of a pair share initial student, data order, augmentation and teacher passes.
 * Options are searched and the best epoch is chosen on images held out from training; the test set is read once, at the
 * end, for the last weights and for the best. Arms that any run has finished are not trained again. An arm that
 * fails does not stop the others; the record has it with its reason. Throws UMBRA_RUN_CHANGED when the run folder belongs to
 * another configuration, UMBRA_RUN_FORMAT when it is of another version, UMBRA_RUN_LOCKED when another process works in
 * it, UMBRA_INTERRUPTED on abort (after saving), and whatever its parts throw.
 */
export const runComparison = (checked: CheckedExperiment, options: RunOptions): Promise<ComparisonResult> =>
  runExperiment(checked, options, compare)

async function compare(run: Run): Promise<ComparisonResult> {
  const { experiment, folder, name } = run
  const teachers = await teacherFigures(run)
  const searches = await searchOptions(run)
  if (searches.length > 0) await folder.writeJson('search.json', { searches })
  const arms = searchedArms(experiment.arms, searches, experiment)
  const keeper = createRecordKeeper(run, { arms, teachers, searches })
  const byId = new Map(arms.map((arm) => [arm.id, arm]))
  run.watch((event) => {
    if (event.type !== 'arm-end') return
    const arm = byId.get(event.arm)
    const result = arm && run.runner.files.result(arm.folder, arm.id, arm.hash)
    if (result === undefined) return
    keeper.add(result)
    keeper.write()
  })
  const results = await trainArms(run, arms)
  for (const result of results.values()) keeper.add(result)
  await addMetrics(run, arms, results, keeper)
  const record = keeper.write()
  const { seconds } = record
  await folder.writeJson('result.json', { name, command: record.command, seconds })
  await experiment.registry.hooks.notify('runEnd', { name })
  return { name, runDir: folder.path, seconds, record }
}

/** Computes the metrics of the configuration, if any, when every arm has its result. */
async function addMetrics(
  run: Run,
  arms: readonly PlannedArm[],
  results: ReadonlyMap<string, ArmResult>,
  keeper: RecordKeeper,
): Promise<void> {
  const { experiment } = run
  const metrics = chooseMetrics(experiment.registry, experiment.config, experiment)
  if (metrics.length === 0) return
  // What is interrupted from here on loses nothing but metrics.
  keeper.write()
  for (const arm of arms) {
    const result = results.get(arm.id)
    const figures = result && (await armMetrics(arm, result, metrics, run))
    if (result !== undefined && figures !== undefined) keeper.add({ ...result, metrics: figures })
  }
}
