import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MetricFigures, UmbraError } from '@umbra/core'
import { contentHash, sha256Of } from '@umbra/core/files'
import { type ArmMetrics, type ArmResult, computeMetric } from '@umbra/core/trainer'
import type { Run } from '../execute/run.js'
import type { PlannedArm } from '../plan/planned-arm.js'
import type { ChosenMetric } from './choose-metrics.js'
import { type KnownFigures, knownFigures } from './known-figures.js'
import { studentLogits } from './student-logits.js'

/** Weights that an arm has figures of, and the files that hold them. */
const OUTCOMES = [
  ['final', 'student.safetensors'],
  ['best', 'best.safetensors'],
  ['average', 'average.safetensors'],
] as const

type Figures = Record<string, MetricFigures>

/** A finished arm whose metrics are computed. */
interface MeasuredArm {
  readonly arm: PlannedArm
  readonly hash: string
  readonly metrics: readonly ChosenMetric[]
  readonly known: KnownFigures
  /** Why metrics have no figures, by id. */
  readonly missing: Record<string, string>
}

/**
 * Figures of metrics for a finished arm, of each of its weights on the test set: computed from the students as they are stored, so
 * that arms of other runs and of earlier sessions have them too, and no training knows of them. Those that were computed
 * before are read from `metrics.json` in the arm's folder. Undefined for an arm without a result.
 *
 * Throws UMBRA_INTERRUPTED on abort. What a metric throws is the reason that its figures are missing.
 */
export async function armMetrics(
  arm: PlannedArm,
  result: ArmResult,
  metrics: readonly ChosenMetric[],
  run: Run,
): Promise<ArmMetrics | undefined> {
  if (result.failed !== undefined || metrics.length === 0) return undefined
  const folder = join(run.folder.path, arm.folder, arm.id)
  const known = knownFigures(join(folder, 'metrics.json'))
  const measured: MeasuredArm = { arm, hash: result.hash, metrics, known, missing: {} }
  const outcomes: Partial<Record<(typeof OUTCOMES)[number][0], Figures>> = {}
  for (const [outcome, file] of OUTCOMES) {
    if (result[outcome] === undefined) continue
    const weights = bytesOf(join(folder, file))
    // Where the best epoch is the last, there is no second file.
    const figures = weights === undefined ? outcomes.final : await figuresOf(weights, measured, run)
    if (figures !== undefined) outcomes[outcome] = figures
  }
  await known.save()
  const { missing } = measured
  return { ...outcomes, ...(Object.keys(missing).length === 0 ? {} : { missing }) }
}

/** Figures of one file of weights, by the metrics' ids; the student is run once, and only if a figure is not known. */
async function figuresOf(
  weights: Uint8Array,
  { arm, hash, metrics, known, missing }: MeasuredArm,
  run: Run,
): Promise<Figures> {
  const { dataset } = run.experiment
  const sha256 = sha256Of(weights)
  const figures: Figures = {}
  let logits: Float32Array | undefined
  for (const { definition, options, identity } of metrics) {
    const { id } = definition
    const key = contentHash([sha256, hash, identity])
    let value = known.get(key)
    if (value === undefined) {
      logits ??= await studentLogits(weights, arm, run)
      const input = { logits, labels: dataset.test.labels, classes: dataset.classes }
      try {
        value = computeMetric(definition, input, options)
      } catch (error) {
        if (!(error instanceof UmbraError)) throw error
        if (!(id in missing))
          run.listen({ type: 'notice', text: `no figure of metric "${id}" for ${arm.id}: ${error.message}` })
        missing[id] = error.message
        continue
      }
      known.set(key, value)
    }
    figures[id] = value
  }
  return figures
}

function bytesOf(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
}
