import type { layers, LayerVariable, LayersModel } from '@tensorflow/tfjs-layers'
import { isModel } from './all-layers.js'

/**
 * Weights of a model by stable names, `layer/kernel`, in the model's order; of a model inside it `model/layer/kernel`. Where a layer
 * has several of one name, as one of two directions, `layer/kernel_2` is the second.
 *
 * The layer's own name and the last part of the weight's: tfjs makes full names unique by counting across the whole
 * process, so those differ from run to run.
 */
export function namedWeights(model: LayersModel): Map<string, LayerVariable> {
  const weights = new Map<string, LayerVariable>()
  // A layer that several models share has its weights once.
  const named = new Set<LayerVariable>()
  const add = (name: string, weight: LayerVariable): void => {
    if (named.has(weight)) return
    named.add(weight)
    let unique = name
    for (let copy = 2; weights.has(unique); copy++) unique = `${name}_${copy}`
    weights.set(unique, weight)
  }
  const addLayer = (layer: layers.Layer, path: string): void => {
    const place = `${path}${layer.name}/`
    if (isModel(layer)) for (const each of layer.layers) addLayer(each, place)
    else for (const weight of layer.weights) add(`${place}${lastPart(weight.originalName)}`, weight)
  }
  for (const layer of model.layers) addLayer(layer, '')
  return weights
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1)
