import type { ForeignTensor } from '../contracts/model.js'
import { UmbraError } from '../errors/umbra-error.js'

/** Refuses weights that no trained model has. Throws UMBRA_WEIGHTS_VALUES naming the first tensor with NaN or infinity. */
export function checkValues(tensors: readonly ForeignTensor[], source: string): void {
  let nonZero = false
  for (const { name, data } of tensors)
    for (let i = 0; i < data.length; i++) {
      const value = data[i] ?? 0
      if (!Number.isFinite(value))
        throw new UmbraError('UMBRA_WEIGHTS_VALUES', {
          subject: `tensor "${name}" of ${source}`,
          expected: 'finite numbers',
          received: `${value} at position ${i}`,
          remedy: 'Training had diverged when it was saved: take an earlier checkpoint',
        })
      nonZero ||= value !== 0
    }
  if (nonZero) return
  throw new UmbraError('UMBRA_WEIGHTS_VALUES', {
    subject: `weights of ${source}`,
    expected: 'the weights of a trained model',
    received: 'only zeros',
  })
}
