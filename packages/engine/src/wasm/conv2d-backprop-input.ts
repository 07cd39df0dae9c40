import { type KernelConfig, type TensorInfo, type backend_util } from '@tensorflow/tfjs-core'
import { type RunKernel, composedKernel } from './composed-kernel.js'
import { floats } from './heap-kernel.js'
import { type ConvAttrs, type Shape4D, convInfo } from './conv-info.js'
import type { WasmBackend } from './wasm-backend.js'

/** One spatial axis of the transposed convolution. */
interface Axis {
  readonly stride: number
  /** Taps of each of the `stride` sub-kernels. */
  readonly taps: number
  readonly before: number
  readonly after: number
  /** Outputs of the convolution; each holds `stride` positions of the input. */
  readonly blocks: number
  /** First of the computed positions that belongs to the input. */
  readonly begin: number
}

function axisOf(size: number, outputs: number, kernel: number, stride: number, pad: number): Axis {
  const taps = Math.ceil(kernel / stride)
  const first = Math.floor(pad / stride)
  const last = Math.ceil((pad + size) / stride)
  return {
    stride,
    taps,
    before: taps - 1 - first,
    after: last - outputs,
    blocks: last - first,
    begin: pad - stride * first,
  }
}

/**
 * Gradient of a convolution with respect to its input, as one forward convolution of `dy`.
 *
 * Position `s m + r` of the padded input uses only the taps `s t + r`, so the kernel splits into one sub-kernel for
 * each `r`; their results are the channels of one convolution of stride 1 and are interleaved at the end (sub-pixel
 * convolution, arXiv:1609.05158, section 2). No zeros are inserted between the values of `dy`.
 * dy `[N, H', W', O]`, filter `[A, B, I, O]`, result `[N, H, W, I]`. A padding wider than the kernel is left to the
 * stock kernel, which is slow.
 */
export function conv2dBackpropInput(stock: KernelConfig): KernelConfig {
  const composed = composedKernel<
    { dy: TensorInfo; filter: TensorInfo },
    ConvAttrs & { inputShape: Shape4D }
  >('Conv2DBackpropInput', ({ inputs, attrs, backend, run, releaseLater }) => {
    const info = convInfo(attrs.inputShape, inputs.filter.shape, attrs)
    const { padInfo } = info
    const rows = axisOf(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, padInfo.top)
    const columns = axisOf(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, padInfo.left)
    if (Math.min(rows.before, rows.after, columns.before, columns.after) < 0) {
      return stock.kernelFunc({
        inputs: { ...inputs },
        attrs: { ...attrs },
        backend,
      }) as TensorInfo
    }
    const pad: backend_util.ExplicitPadding = [
      [0, 0],
      [rows.before, rows.after],
      [columns.before, columns.after],
      [0, 0],
    ]
    const filter = releaseLater(subKernels(backend, inputs.filter, info, rows, columns))
    const blocks = run(
      'Conv2D',
      { x: inputs.dy, filter },
      { strides: 1, pad, dataFormat: 'NHWC', dilations: 1 },
    )
    return interleave(run, blocks, info, rows, columns)
  })
  return { ...stock, ...composed }
}

/** Kernel `[A, B, I, O]` to sub-kernels `[A / s, B / s, O, s s I]`, taps reversed, and zero beyond the kernel. */
function subKernels(
  backend: WasmBackend,
  filter: TensorInfo,
  info: backend_util.Conv2DInfo,
  rows: Axis,
  columns: Axis,
): TensorInfo {
  const { filterHeight, filterWidth, inChannels, outChannels } = info
  const width = rows.stride * columns.stride * inChannels
  const out = backend.makeOutput([rows.taps, columns.taps, outChannels, width], 'float32')
  const [from, to] = [floats(backend, filter), floats(backend, out).fill(0)]
  // `source` runs over the kernel once.
  for (let a = 0, source = 0; a < filterHeight; a++) {
    const row = rows.taps - 1 - Math.floor(a / rows.stride)
    for (let b = 0; b < filterWidth; b++) {
      const column = columns.taps - 1 - Math.floor(b / columns.stride)
      const block = (a % rows.stride) * columns.stride + (b % columns.stride)
      const target = (row * columns.taps + column) * outChannels * width + block * inChannels
      for (let i = 0; i < inChannels; i++) {
        for (let o = 0; o < outChannels; o++) to[target + o * width + i] = from[source++]!
      }
    }
  }
  return out
}

/** Blocks `[N, M, M', s s I]` to `[N, H, W, I]`. */
function interleave(
  run: RunKernel,
  blocks: TensorInfo,
  info: backend_util.Conv2DInfo,
  rows: Axis,
  columns: Axis,
): TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels } = info
  if (rows.stride === 1 && columns.stride === 1) return blocks
  const shape = [batchSize, rows.blocks, columns.blocks, rows.stride, columns.stride, inChannels]
  const split = run('Reshape', { x: blocks }, { shape })
  const turned = run('Transpose', { x: split }, { perm: [0, 1, 3, 2, 4, 5] })
  const [height, width] = [rows.blocks * rows.stride, columns.blocks * columns.stride]
  const image = run('Reshape', { x: turned }, { shape: [batchSize, height, width, inChannels] })
  if (height === inHeight && width === inWidth) return image
  return run(
    'Slice',
    { x: image },
    { begin: [0, rows.begin, columns.begin, 0], size: [batchSize, inHeight, inWidth, inChannels] },
  )
}
