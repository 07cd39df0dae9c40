import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ModelChoice } from '../contracts/method.js'
import type { ModelDefinition } from '../contracts/model.js'
import type { Dataset } from '../contracts/dataset.js'
import { namedSeed } from '../random/stream.js'
import type { Registry } from '../registry/registry.js'

/** Builds a model for a data set; the initial weights of each layer follow from the seed and the layer's name. */
export function buildModel(
  registry: Registry,
  { id, options }: ModelChoice,
  dataset: Pick<Dataset, 'shape' | 'classes'>,
  seed: number,
): { readonly definition: ModelDefinition; readonly model: LayersModel } {
  const definition = registry.get('model', id)
  const model = definition.build(
    {
      inputShape: dataset.shape,
      classes: dataset.classes.length,
      seedFor: (layer) => namedSeed(seed, `init/${layer}`),
    },
    registry.parse(definition, options),
  )
  return { definition, model }
}

/** Number of weights, trained or not. */
export const countParameters = (model: LayersModel): number => model.countParams()
