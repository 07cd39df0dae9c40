import { tf } from '@umbra/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * Kernel `[1, 1, from, to]` of a convolution that copies `from` channels to the middle of `to` channels; the others are zero.
 */
export function channelPaddingKernel(from: number, to: number): Float32Array {
  const kernel = new Float32Array(from * to)
  const before = Math.floor((to - from) / 2)
  for (let channel = 0; channel < from; channel++) kernel[channel * to + before + channel] = 1
  return kernel
}

/** Sets the kernel of every shortcut convolution of a model. */
export function fillChannelPadding(model: LayersModel): void {
  for (const layer of model.layers) {
    if (!layer.name.endsWith('_shortcut_conv')) continue
    const [kernelVariable] = layer.weights
    if (kernelVariable === undefined) continue
    const [, , from, to] = kernelVariable.shape as [number, number, number, number]
    const kernel = tf.tensor4d(channelPaddingKernel(from, to), [1, 1, from, to])
    layer.setWeights([kernel])
    kernel.dispose()
  }
}
