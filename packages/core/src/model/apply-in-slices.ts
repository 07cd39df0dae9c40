import type { Tensor } from '@tensorflow/tfjs-core'
import type { ModelOutputs } from '../contracts/objective.js'
import { tf } from '../tf.js'
import type { TappedModel } from './tapped-model.js'

/**
 * Runs a model that is not trained on equal slices of a batch and puts the outputs together again. An engine may compute the slices
 * side by side, which keeps its cores busier than one operation that is divided among them. Nothing else changes: what comes out
 * for an image depends on no other image. A batch that cannot be divided is run as a whole.
 */
export function applyInSlices(model: TappedModel, images: Tensor, slices = 1): ModelOutputs {
  if (slices < 2 || images.shape[0] % slices !== 0) return model.apply(images, false)
  const parts = tf.split(images, slices).map((slice) => model.apply(slice, false))
  // Every slice has the same taps, and there are at least two.
  const [first] = parts
  return {
    logits: tf.concat(parts.map(({ logits }) => logits)),
    taps: Object.fromEntries(
      Object.keys(first!.taps).map((name) => [name, tf.concat(parts.map(({ taps }) => taps[name]!))]),
    ),
  }
}
