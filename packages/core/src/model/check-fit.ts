import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { NamedWeights } from '../contracts/model.js'
import { UmbraError } from '../errors/umbra-error.js'
import { namedWeights } from './weight-names.js'

/** Throws UMBRA_WEIGHTS_MISMATCH naming the first weight of a model that has no value, or one of another shape. */
export function checkFit(model: LayersModel, values: NamedWeights, source: string): void {
  for (const [name, weight] of namedWeights(model)) {
    const value = values.get(name)
    const shape = weight.shape.join(', ')
    if (value?.shape.join(', ') === shape) continue
    throw new UmbraError('UMBRA_WEIGHTS_MISMATCH', {
      subject: `tensor "${name}" of ${source}`,
      expected: `shape [${shape}]`,
      received: value === undefined ? 'no such tensor' : `[${value.shape.join(', ')}]`,
      remedy: 'Are these the weights of another architecture?',
    })
  }
}
