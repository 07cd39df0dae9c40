import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Tensor } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'
import type { OperationRecord } from '../trace/record-operations.js'
import { settledHash } from '../trace/settled-hash.js'
import { contentHash } from '../util/canonical-json.js'
import { hasOwnLayers } from './own-layers.js'
import { tryPass } from './random-layers.js'

/**
 * Hash of the operations of a model's forward pass, in training and not, where topology and weights do not tell what it computes:
 * where it has layers of its own. Undefined for all others, and where it cannot be told. Leaves the weights as they are.
 */
export const modelOperations = (model: LayersModel): string | undefined =>
  hasOwnLayers(model) ? settledHash((record) => tf.tidy(() => forwardHash(record, model))) : undefined

const BATCH = 2

function forwardHash(record: OperationRecord, model: LayersModel): string {
  for (const [i, weight] of model.weights.entries()) record.name(weight.read(), `weight/${i}`)
  const inputs = model.inputs.map(({ shape }, i) => {
    const input = tf.ones(shape.map((size) => size ?? BATCH))
    record.name(input, `input/${i}`)
    return input
  })
  const outputs = (training: boolean): readonly string[] =>
    [model.apply(inputs, { training })].flat().map((output) => record.hashOf(output as Tensor))
  return contentHash([outputs(false), tryPass(model, 'the model', () => outputs(true))])
}
