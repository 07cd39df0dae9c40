import type { layers, LayersModel } from '@tensorflow/tfjs-layers'

type Layer = layers.Layer

/** Every layer of a model, those inside other models and wrappers too, each once. */
export function allLayers(model: LayersModel): readonly Layer[] {
  const inside = (layer: Layer): readonly Layer[] => {
    const { layers: list = [], layer: wrapped } = layer as {
      readonly layers?: readonly Layer[]
      readonly layer?: Layer
    }
    return [layer, ...list.flatMap(inside), ...(wrapped === undefined ? [] : inside(wrapped))]
  }
  return [...new Set(model.layers.flatMap(inside))]
}

/** Whether a layer is a model itself. */
export const isModel = (layer: Layer): layer is LayersModel => 'containerNodes' in layer
