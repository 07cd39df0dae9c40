import type { ArmResult } from '@umbra/core/trainer'
import type { PlannedArm } from '../plan/planned-arm.js'
import type { ReadyTeacher } from '../teachers/train-once.js'
import type { Run } from './run.js'

/** Whether an arm was made before one of its teachers was trained again with other weights than it had. */
export const taughtByOthers = (
  teachers: readonly Pick<ReadyTeacher, 'changed'>[] = [],
  { made }: Pick<ArmResult, 'made'>,
): boolean =>
  teachers.some(({ changed }) => changed !== undefined && (made === undefined || made.date < changed))

/**
 * In a run that trains its teachers again, lets arms that learned from weights which are no longer their teachers' count as unfinished:
 * results, and checkpoints of arms that were under way. Says in one line what that means for finished arms.
 */
export function renewArms(
  { retrainBefore, teachers, runner, listen }: Pick<Run, 'retrainBefore' | 'teachers' | 'runner' | 'listen'>,
  arms: readonly PlannedArm[],
): void {
  if (retrainBefore === undefined) return
  const renewed: string[] = []
  const kept: string[] = []
  for (const arm of arms) {
    const { id, folder, hash, pair } = arm
    const ready = teachers.get(pair.id) ?? []
    const result = runner.files.read(folder, id, hash)
    if (result === undefined) {
      const changed = ready.flatMap((teacher) => teacher.changed ?? []).sort()
      const last = changed.at(-1)
      if (last !== undefined) runner.checkpoints(folder, arm).clear(new Date(last))
    } else if (taughtByOthers(ready, result)) {
      runner.files.discard(folder, id)
      renewed.push(id)
    } else if (
      pair.teachers.some((teacher) => 'train' in teacher) &&
      (result.made?.date ?? '') < retrainBefore
    )
      kept.push(id)
  }
  const notice = (text: string): void => listen({ type: 'notice', text })
  if (renewed.length > 0)
    notice(`trained again, since their teachers now have other weights: ${renewed.join(', ')}`)
  if (kept.length > 0)
    notice(`kept, since their teachers, trained again, have the same weights: ${kept.join(', ')}`)
}
