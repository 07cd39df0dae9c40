import { UmbraError } from '../errors/umbra-error.js'

/** UMBRA_CLASSES where a network's output is not `[batch, classes]`; undefined where it is. */
export function classesProblem(
  shape: readonly (number | null)[] | undefined,
  classes: number,
  subject: string,
): UmbraError | undefined {
  if (shape?.length === 2 && shape[1] === classes) return undefined
  return new UmbraError('UMBRA_CLASSES', {
    subject,
    expected: `logits of ${classes} classes, [batch, ${classes}]`,
    received: `[${shape?.map((n) => n ?? 'batch').join(', ') ?? ''}]`,
    remedy: 'Teacher, student and data set must have the same classes',
  })
}
