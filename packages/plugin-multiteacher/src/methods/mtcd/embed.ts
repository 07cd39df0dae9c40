import { type TensorRecord, entryOf, tf } from '@umbra/core'
import { unitRows } from './unit-rows.js'

/** A linear map `<name>.kernel`, `<name>.bias` of a flattened feature: `[batch, ...]` to unit rows `[batch, dimension]`. */
export function embed(feature: tf.Tensor, variables: TensorRecord, name: string): tf.Tensor2D {
  const flat: tf.Tensor2D = tf.reshape(feature, [feature.shape[0], -1])
  const mapped = tf.matMul(flat, entryOf(variables, `${name}.kernel`))
  return unitRows(tf.add(mapped, entryOf(variables, `${name}.bias`)))
}
