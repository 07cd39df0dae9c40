import type { layers, LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { UmbraError } from '../errors/umbra-error.js'
import { isModel } from './all-layers.js'

type Layer = layers.Layer

/** Activations whose values lie from 0 to 1. */
const ACTIVATIONS = ['softmax', 'sigmoid', 'hardSigmoid']

/** Layers that leave values from 0 to 1 where they are, if all their inputs are. */
const KEEPING = [
  'Flatten',
  'Reshape',
  'Permute',
  'Dropout',
  'Average',
  'Activation',
  'GlobalAveragePooling2D',
]

/** The layer that makes a model end in probabilities, and its activation. */
export interface ProbabilityLayer {
  readonly layer: string
  readonly activation: string
}

/** The layer that makes the first output of a model probabilities; undefined where none of tfjs's does. */
export const probabilityLayer = ({ outputs }: LayersModel): ProbabilityLayer | undefined =>
  outputs[0] === undefined ? undefined : makerOf(outputs[0])

function makerOf({ sourceLayer, nodeIndex, tensorIndex }: SymbolicTensor): ProbabilityLayer | undefined {
  const layer: Layer = sourceLayer
  if (isModel(layer)) {
    const inner = layer.outputs[tensorIndex]
    return inner === undefined ? undefined : makerOf(inner)
  }
  const kind = layer.getClassName()
  const activation = kind === 'Softmax' ? 'softmax' : activationOf(layer)
  if (ACTIVATIONS.includes(activation)) return { layer: layer.name, activation }
  if (activation !== 'linear' || !KEEPING.includes(kind)) return undefined
  const makers = layer.inboundNodes[nodeIndex]?.inputTensors.map(makerOf) ?? []
  return makers.includes(undefined) ? undefined : makers[0]
}

/** The name of a layer's activation; `linear` where it has none. */
function activationOf(layer: Layer): string {
  const { activation } = layer as { readonly activation?: { readonly getClassName?: () => string } }
  return activation?.getClassName?.() ?? 'linear'
}

/** How far from 1 the sum of a row of probabilities may be. */
const TOLERANCE = 1e-4

/**
 * UMBRA_MODEL where the outputs of a model for some images, `[images, classes]` row by row, are probabilities: none is negative, and
 * those of each image add up to 1.
 */
export function probabilitiesProblem(
  outputs: Float32Array,
  classes: number,
  subject: string,
): UmbraError | undefined {
  const rows = Array.from({ length: Math.floor(outputs.length / classes) }, (_, i) =>
    outputs.subarray(i * classes, (i + 1) * classes),
  )
  if (rows.length === 0 || !rows.every(isDistribution)) return undefined
  return new UmbraError('UMBRA_MODEL', {
    subject,
    expected: 'logits',
    received: 'probabilities, not logits: none is negative, and those of each image add up to 1',
    remedy: 'Remove the softmax at its end: every loss applies softmax itself',
  })
}

function isDistribution(row: Float32Array): boolean {
  const sum = row.reduce((all, value) => all + value, 0)
  // NaN is neither.
  return row.every((value) => value >= 0) && Math.abs(sum - 1) <= TOLERANCE
}
