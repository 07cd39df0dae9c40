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

/** Accuracies of the arms of a comparison after their last epoch, and the arms that failed. */
export function studyArms(
  { pairs }: Pick<StudyComparison, 'pairs'>,
  record: Pick<ComparisonRecord, 'pairs'>,
): { readonly arms: readonly ArmEvidence[]; readonly failed: readonly FailedArm[] } {
  const arms: ArmEvidence[] = []
  const failed: FailedArm[] = []
  for (const { id, methods } of record.pairs)
    for (const { label: method, arms: results } of methods)
      for (const { seed, final, history, failed: failure } of results) {
        // The record belongs to this comparison, so its pairs are the record's pairs.
        const key = { ...pairs.get(id)!, method, seed }
        if (final === undefined) {
          failed.push({ ...key, reason: failure?.reason ?? 'no result' })
          continue
        }
        const validation = history.at(-1)?.validation?.top1
        arms.push({ ...key, test: final.top1, ...(validation === undefined ? {} : { validation }) })
      }
  return { arms, failed }
}
