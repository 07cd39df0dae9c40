import { tf } from '@umbra/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * Kernel `[1, 1, from, to]` of a convolution that copies `from` channels into the middle of `to` and leaves zeros around.
 */
export function channelPaddingKernel(from: number, to: number): Float32Array {
  const kernel = new Float32Array(from * to)
  const before = Math.floor((to - from) / 2)
  for (let channel = 0; channel < from; channel++) kernel[channel * to + before + channel] = 1
  return kernel
}

/** Gives every shortcut convolution of a model the kernel of its shape. */
export function fillChannelPadding(model: LayersModel): void {
  for (const layer of model.layers) {
    if (!layer.name.endsWith('_shortcut_conv')) continue
    const [, , from, to] = layer.weights[0]!.shape as [number, number, number, number]
    const kernel = tf.tensor4d(channelPaddingKernel(from, to), [1, 1, from, to])
    layer.setWeights([kernel])
    kernel.dispose()
  }
}
