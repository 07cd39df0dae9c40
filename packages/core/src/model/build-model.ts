import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ModelChoice } from '../contracts/method.js'
import type { ModelDefinition } from '../contracts/model.js'
import type { Dataset } from '../contracts/dataset.js'
import { namedSeed, randomStream } from '../random/stream.js'
import type { Registry } from '../registry/registry.js'
import { numberLayers } from './number-layers.js'

/**
 * Builds a model for a data set; the initial weights of each layer follow from the seed and the layer's name. Layers without
 * a name have the same one in every build.
 */
export function buildModel(
  registry: Registry,
  { id, options }: ModelChoice,
  dataset: Pick<Dataset, 'shape' | 'classes'>,
  seed: number,
): { readonly definition: ModelDefinition; readonly model: LayersModel } {
  const definition = registry.get('model', id)
  const parsed = registry.parse(definition, options)
  const context = {
    inputShape: dataset.shape,
    classes: dataset.classes.length,
    seedFor: (layer: string) => namedSeed(seed, `init/${layer}`),
  }
  const model = withSeededRandom(seed, () => definition.build(context, parsed))
  numberLayers(model)
  return { definition, model }
}

/** Initialisers without a seed take theirs from Math.random: here from a stream, so that one seed gives one start. */
function withSeededRandom<T>(seed: number, build: () => T): T {
  const { random } = Math
  const stream = randomStream(seed, 'init')
  let drawn = 0
  Math.random = () => stream.uniform(drawn++)
  try {
    return build()
  } finally {
    Math.random = random
  }
}

/** Number of weights, trained or not. */
export const countParameters = (model: LayersModel): number => model.countParams()
