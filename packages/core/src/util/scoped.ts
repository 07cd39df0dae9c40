import type { TensorContainer } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'

/**
 * `tf.tidy` under a name, for results tidy's own type does not know (readonly records of tensors).
 * Engines that trace read the name: it says what a part of a step belongs to.
 */
export const scoped = <T>(name: string, action: () => T): T =>
  tf.tidy(name, () => action() as TensorContainer) as T
