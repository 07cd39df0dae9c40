import type { ImageSet } from '../contracts/dataset.js'
import { UmbraError } from '../errors/umbra-error.js'
import { classesProblem } from '../model/classes-problem.js'
import type { NewArm } from './arm.js'

/** Whether some examples of a set have no label (-1). */
export const hasUnlabelled = ({ labels }: ImageSet): boolean => labels.some((label) => label < 0)

/** Throws UMBRA_LABELS where a method needs hard labels and the set does not have all of them. */
export function checkLabels({ objective, method }: NewArm, train: ImageSet): void {
  if (objective.labels !== 'hard' || !hasUnlabelled(train)) return
  throw new UmbraError('UMBRA_LABELS', {
    subject: `method "${method}"`,
    expected: 'exactly one class for every training example',
    received: `${train.labels.filter((label) => label < 0).length} of ${train.count} without a label`,
    remedy: 'Leave those examples out, or use a method that needs no hard labels, such as kd',
  })
}

/** Throws UMBRA_CLASSES where a network's output is not `[batch, classes]`. */
export function checkClasses(
  shape: readonly (number | null)[] | undefined,
  classes: number,
  subject: string,
): void {
  const problem = classesProblem(shape, classes, subject)
  if (problem !== undefined) throw problem
}
