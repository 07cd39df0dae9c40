import '@tensorflow/tfjs-layers'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { tf } from '../tf.js'
import { allLayers } from './all-layers.js'

const { Serializable, SerializationMap } = tf.serialization

/** What tfjs-layers brings along: the names and options of these say what they compute. */
const STOCK = new Set<unknown>(Object.values(SerializationMap.getMap().classNameMap).map(([made]) => made))

/** Whether a model has layers, or parts of layers, whose code is in no release of tfjs-layers. */
export const hasOwnLayers = (model: LayersModel): boolean =>
  allLayers(model).some(
    (layer) =>
      isOwn(layer) || Object.values(layer).some((part) => part instanceof Serializable && isOwn(part)),
  )

const isOwn = (part: object): boolean => !STOCK.has(part.constructor)
