import type { ModelContext } from '@umbra/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Shortcut, resNets } from '../src/index.js'

/** A ResNet of the plugin, its layers seeded by the length of their names. */
export function build(
  id: string,
  shortcut: Shortcut = 'projection',
  context: Partial<ModelContext> = {},
): LayersModel {
  const definition = resNets.find((candidate) => candidate.id === id)!
  const defaults: ModelContext = { inputShape: [32, 32, 3], classes: 10, seedFor: (layer) => layer.length }
  return definition.build({ ...defaults, ...context }, { shortcut })
}
