import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel, layers } from '@tensorflow/tfjs-layers'
import { batchNormTraining } from './batch-norm-training.js'

type Layer = LayersModel['layers'][number]
type Call = layers.Layer['call']

interface Weight {
  readonly read: () => tf.Tensor
  readonly write: (value: tf.Tensor) => unknown
}

/** The used part of tfjs's BatchNormalization layer. */
interface BatchNormLayer {
  readonly axis: number
  readonly momentum: number
  readonly epsilon: number
  /** Absent with `scale: false`. */
  readonly gamma?: Weight
  /** Absent with `center: false`. */
  readonly beta?: Weight
  readonly movingMean: Weight
  readonly movingVariance: Weight
  call: Call
}

const done = new WeakSet<object>()

/**
 * Makes the batch normalisation of a model fast in training. Weights, configuration and inference do not change.
 *
 * Moving statistics follow PyTorch: `moving = momentum * moving + (1 - momentum) * batch`, with the *unbiased* variance of the
 * batch (tfjs uses the biased one). All engines do the same, so that they agree. Layers whose axis is not the last, and
 * inputs of another rank than 2 or 4, keep tfjs's code.
 */
export function accelerate(model: LayersModel): void {
  for (const layer of model.layers) {
    if (isModel(layer)) accelerate(layer)
    else if (layer.getClassName() === 'BatchNormalization') patch(layer as unknown as BatchNormLayer)
  }
}

const isModel = (layer: Layer): layer is LayersModel => 'layers' in layer && Array.isArray(layer.layers)

function patch(layer: BatchNormLayer): void {
  if (done.has(layer)) return
  done.add(layer)
  const stock = layer.call.bind(layer)
  layer.call = (inputs, kwargs) => {
    const x = Array.isArray(inputs) ? inputs[0] : inputs
    const training = Boolean((kwargs as { training?: unknown } | undefined)?.training)
    if (!training || x === undefined || !supported(layer, x)) return stock(inputs, kwargs)
    return tf.tidy(() => train(layer, x))
  }
}

function supported({ axis }: BatchNormLayer, x: tf.Tensor): boolean {
  const last = axis === -1 || axis === x.rank - 1
  return last && (x.rank === 2 || x.rank === 4) && x.dtype === 'float32'
}

function train(layer: BatchNormLayer, x: tf.Tensor): tf.Tensor {
  const channels = x.shape.at(-1) ?? 0
  const gamma = (layer.gamma?.read() ?? tf.ones([channels])) as tf.Tensor1D
  const beta = (layer.beta?.read() ?? tf.zeros([channels])) as tf.Tensor1D
  const images = (x.rank === 4 ? x : tf.reshape(x, [x.shape[0], 1, 1, channels])) as tf.Tensor4D
  const { y, mean, variance } = batchNormTraining(images, gamma, beta, layer.epsilon)
  follow(layer.movingMean, mean, layer.momentum)
  follow(layer.movingVariance, variance, layer.momentum)
  mean.dispose()
  variance.dispose()
  return x.rank === 4 ? y : tf.reshape(y, x.shape)
}

function follow(moving: Weight, batch: tf.Tensor1D, momentum: number): void {
  tf.tidy(() => {
    moving.write(tf.add(tf.mul(moving.read(), momentum), tf.mul(batch, 1 - momentum)))
  })
}
