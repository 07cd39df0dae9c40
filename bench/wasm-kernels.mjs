// Operations per second of the wasm engine: node bench/wasm-kernels.mjs, after pnpm build.
import * as tfl from '@tensorflow/tfjs-layers'
import { tf } from '@umbra/core'
import { createEngine } from '@umbra/engine'

const engine = await createEngine('wasm')
console.log(engine.info.detail)

/** Median time of a call on the processor, in milliseconds; the engine runs on one thread. */
function time(work, calls) {
  const once = () => {
    const start = process.cpuUsage()
    tf.dispose(work())
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e3
  }
  for (let i = 0; i < 5; i++) once()
  const times = Array.from({ length: calls }, once).sort((a, b) => a - b)
  return times[calls >> 1]
}

function report(name, flops, work) {
  const ms = time(work, 21)
  console.log(
    `${name.padEnd(44)} ${ms.toFixed(2).padStart(8)} ms ${(flops / ms / 1e6).toFixed(1).padStart(6)} GFLOP/s`,
  )
}

const x = tf.randomNormal([32, 32, 32, 16])
const run = (kernel, inputs, attrs) => tf.engine().runKernel(kernel, inputs, attrs)

for (const [channels, strides] of [
  [16, 1],
  [32, 2],
]) {
  const filter = tf.randomNormal([3, 3, 16, channels])
  const dy = tf.conv2d(x, filter, strides, 'same')
  const flops = 2 * 9 * 16 * dy.size
  const name = `[${x.shape}] by [${filter.shape}], stride ${strides}`
  const attrs = { strides, pad: 'same', dataFormat: 'NHWC', inputShape: x.shape, filterShape: filter.shape }
  report(`${name}, forward`, flops, () => tf.conv2d(x, filter, strides, 'same'))
  report(`${name}, dx`, flops, () => run('Conv2DBackpropInput', { dy, filter }, attrs))
  report(`${name}, dw`, flops, () => run('Conv2DBackpropFilter', { x, dy }, attrs))
}
{
  const filter = tf.randomNormal([3, 3, 16, 1])
  const flops = 2 * 9 * x.size
  const attrs = { strides: 1, dilations: 1, pad: 'same', inputShape: x.shape, filterShape: filter.shape }
  const name = `[${x.shape}] depthwise 3x3`
  report(`${name}, forward`, flops, () => tf.depthwiseConv2d(x, filter, 1, 'same'))
  report(`${name}, dx`, flops, () => run('DepthwiseConv2dNativeBackpropInput', { dy: x, filter }, attrs))
  report(`${name}, dw`, flops, () => run('DepthwiseConv2dNativeBackpropFilter', { x, dy: x }, attrs))
}

/** ResNet-8 for 32x32 images (arXiv:1512.03385, section 4.2, n = 1), projection shortcuts. */
function resnet8() {
  const conv = (input, filters, kernelSize, strides) =>
    tfl.layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false }).apply(input)
  const norm = (input) => tfl.layers.batchNormalization().apply(input)
  const relu = (input) => tfl.layers.reLU().apply(input)
  const image = tfl.input({ shape: [32, 32, 3] })
  let features = relu(norm(conv(image, 16, 3, 1)))
  for (const [filters, strides] of [
    [16, 1],
    [32, 2],
    [64, 2],
  ]) {
    const inner = norm(conv(relu(norm(conv(features, filters, 3, strides))), filters, 3, 1))
    const shortcut = strides === 1 ? features : norm(conv(features, filters, 1, strides))
    features = relu(tfl.layers.add().apply([inner, shortcut]))
  }
  const pooled = tfl.layers.globalAveragePooling2d({}).apply(features)
  return tfl.model({ inputs: image, outputs: tfl.layers.dense({ units: 10 }).apply(pooled) })
}

const model = resnet8()
engine.accelerate(model)
const images = tf.randomNormal([64, 32, 32, 3])
const labels = tf.oneHot(tf.cast(tf.randomUniform([64], 0, 10), 'int32'), 10)
const optimiser = tf.train.momentum(0.01, 0.9)
const step = () =>
  optimiser.minimize(
    () => tf.losses.softmaxCrossEntropy(labels, model.apply(images, { training: true })),
    true,
  )
console.log(`ResNet-8, batch 64: ${time(step, 11).toFixed(0)} ms a training step`)
