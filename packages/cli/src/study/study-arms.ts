import type { ComparisonRecord } from '@umbra/core/trainer'
import type { ArmEvidence } from '@umbra/report'
import type { StudyComparison } from './study-comparisons.js'

/** An arm that failed. */
export interface FailedArm {
  readonly student: string
  readonly teacher: string
  readonly method: string
  readonly seed: number
  readonly reason: string
}

/** The pairs of a comparison, and the methods and seeds that count. */
export interface StudyArmsInput extends Pick<StudyComparison, 'pairs'> {
  readonly config: Pick<StudyComparison['config'], 'seeds'> & {
    readonly methods: readonly Pick<StudyComparison['config']['methods'][number], 'label'>[]
  }
}

/** Accuracies of the arms of a comparison after their last epoch, and the arms that failed. */
export function studyArms(
  { pairs, config }: StudyArmsInput,
  record: Pick<ComparisonRecord, 'pairs'>,
): { readonly arms: readonly ArmEvidence[]; readonly failed: readonly FailedArm[] } {
  const arms: ArmEvidence[] = []
  const failed: FailedArm[] = []
  const labels = new Set(config.methods.map(({ label }) => label))
  for (const { id, methods } of record.pairs)
    for (const { label: method, arms: results } of methods)
      for (const { seed, final, history, failed: failure } of results) {
        const pair = pairs.get(id)
        // The record keeps what earlier sessions made with more pairs, methods or seeds.
        if (pair === undefined || !labels.has(method) || !config.seeds.includes(seed)) continue
        const key = { ...pair, method, seed }
        if (final === undefined) {
          failed.push({ ...key, reason: failure?.reason ?? 'no result' })
          continue
        }
        const validation = history.at(-1)?.validation?.top1
        arms.push({ ...key, test: final.top1, ...(validation === undefined ? {} : { validation }) })
      }
  return { arms, failed }
}
