import type { LayerVariable, LayersModel } from '@tensorflow/tfjs-layers'

/**
 * Weights of a model by stable names, `layer/kernel`, in the model's order.
 *
 * The layer's own name and the last part of the weight's: tfjs makes full names unique by counting across the whole
 * process, so those differ from run to run.
 */
export function namedWeights(model: LayersModel): Map<string, LayerVariable> {
  const weights = new Map<string, LayerVariable>()
  for (const layer of model.layers)
    for (const weight of layer.weights) weights.set(`${layer.name}/${lastPart(weight.originalName)}`, weight)
  return weights
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1)
