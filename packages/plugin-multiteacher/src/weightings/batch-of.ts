import { UmbraError, type tf } from '@umbra/core'

/** Examples in a batch, of the logits of several teachers. Throws UMBRA_TEACHERS where there is no teacher. */
export function batchOf([logits]: readonly tf.Tensor2D[]): number {
  if (logits !== undefined) return logits.shape[0]
  throw new UmbraError('UMBRA_TEACHERS', {
    subject: 'a weighting',
    expected: 'at least one teacher',
    received: 'none',
  })
}
