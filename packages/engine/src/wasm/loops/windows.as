// Gradients of convolution and pooling, four float32 at a time. AssemblyScript; compiled by `pnpm run loops` to
// loops-binary.ts. Tensors are byte offsets, row-major, channels last.

import { addScaled, at } from './memory'

// @ts-ignore: decorator
@inline
function firstOutput(shift: i32, stride: i32): i32 {
  return shift >= 0 ? 0 : (stride - 1 - shift) / stride
}

// @ts-ignore: decorator
@inline
function lastOutput(shift: i32, stride: i32, size: i32, outputs: i32): i32 {
  const room = size - 1 - shift
  return room < 0 ? 0 : min(outputs, room / stride + 1)
}

/**
 * dw[a, b, i, o] += sum over the outputs (n, y, x) of input[n, y sh + a - top, x sw + b - left, i] dy[n, y, x, o].
 * dw is `[A, B, I, O]` and starts at zero. One row of the output at a time, so that rows stay in the cache and the sum is
 * taken in two levels; 4 by 8 products in registers.
 */
export function convFilter(
  input: usize, dy: usize, dw: usize,
  batch: i32, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, outputs: i32,
  taps: i32, tapsAcross: i32,
  sh: i32, sw: i32, top: i32, left: i32,
): void {
  const stepIn = (<usize>(sw * channels)) << 2
  const stepOut = (<usize>outputs) << 2
  const wholeI = channels & ~3
  const wholeO = outputs & ~7
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < outHeight; y++) {
      const dyRow = at(dy, (n * outHeight + y) * outWidth * outputs)
      for (let a = 0; a < taps; a++) {
        const row = y * sh + a - top
        if (row < 0 || row >= height) continue
        const inRow = at(input, (n * height + row) * width * channels)
        for (let b = 0; b < tapsAcross; b++) {
          const shift = b - left
          const from = firstOutput(shift, sw)
          const count = lastOutput(shift, sw, width, outWidth) - from
          if (count <= 0) continue
          const inBase = at(inRow, (from * sw + shift) * channels)
          const dyBase = at(dyRow, from * outputs)
          const tap = at(dw, (a * tapsAcross + b) * channels * outputs)
          for (let o = 0; o < wholeO; o += 8) {
            let i = 0
            for (; i < wholeI; i += 4) {
              block4(at(inBase, i), at(dyBase, o), at(tap, i * outputs + o), count, stepIn, stepOut)
            }
            for (; i < channels; i++) {
              block1(at(inBase, i), at(dyBase, o), at(tap, i * outputs + o), count, stepIn, stepOut)
            }
          }
          for (let o = wholeO; o < outputs; o++) {
            for (let i = 0; i < channels; i++) {
              single(at(inBase, i), at(dyBase, o), at(tap, i * outputs + o), count, stepIn, stepOut)
            }
          }
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addPair(target: usize, low: v128, high: v128): void {
  v128.store(target, f32x4.add(v128.load(target), low))
  v128.store(target, f32x4.add(v128.load(target, 16), high), 16)
}

/** 4 input channels by 8 output channels. */
function block4(input: usize, dy: usize, dw: usize, count: i32, stepIn: usize, stepOut: usize): void {
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), b0 = f32x4.splat(0), b1 = f32x4.splat(0)
  let c0 = f32x4.splat(0), c1 = f32x4.splat(0), d0 = f32x4.splat(0), d1 = f32x4.splat(0)
  for (let k = 0; k < count; k++) {
    const g0 = v128.load(dy)
    const g1 = v128.load(dy, 16)
    const xa = v128.load32_splat(input)
    a0 = f32x4.add(a0, f32x4.mul(xa, g0))
    a1 = f32x4.add(a1, f32x4.mul(xa, g1))
    const xb = v128.load32_splat(input, 4)
    b0 = f32x4.add(b0, f32x4.mul(xb, g0))
    b1 = f32x4.add(b1, f32x4.mul(xb, g1))
    const xc = v128.load32_splat(input, 8)
    c0 = f32x4.add(c0, f32x4.mul(xc, g0))
    c1 = f32x4.add(c1, f32x4.mul(xc, g1))
    const xd = v128.load32_splat(input, 12)
    d0 = f32x4.add(d0, f32x4.mul(xd, g0))
    d1 = f32x4.add(d1, f32x4.mul(xd, g1))
    input += stepIn
    dy += stepOut
  }
  addPair(dw, a0, a1)
  addPair(dw + stepOut, b0, b1)
  addPair(dw + 2 * stepOut, c0, c1)
  addPair(dw + 3 * stepOut, d0, d1)
}

/** 1 input channel by 8 output channels. */
function block1(input: usize, dy: usize, dw: usize, count: i32, stepIn: usize, stepOut: usize): void {
  let low = f32x4.splat(0), high = f32x4.splat(0)
  for (let k = 0; k < count; k++) {
    const x = v128.load32_splat(input)
    low = f32x4.add(low, f32x4.mul(x, v128.load(dy)))
    high = f32x4.add(high, f32x4.mul(x, v128.load(dy, 16)))
    input += stepIn
    dy += stepOut
  }
  addPair(dw, low, high)
}

/** 1 input channel by 1 output channel. */
function single(input: usize, dy: usize, dw: usize, count: i32, stepIn: usize, stepOut: usize): void {
  let sum: f32 = 0
  for (let k = 0; k < count; k++) {
    sum += f32.load(input) * f32.load(dy)
    input += stepIn
    dy += stepOut
  }
  f32.store(dw, f32.load(dw) + sum)
}

/**
 * Gradient of a depthwise convolution for its kernel `[A, B, I, M]`, which starts at zero:
 * dw[a, b, i, m] += sum over (n, y, x) of input[n, y sh + a - top, x sw + b - left, i] dy[n, y, x, i M + m].
 */
export function depthwiseFilter(
  input: usize, dy: usize, dw: usize,
  batch: i32, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, outputs: i32,
  taps: i32, tapsAcross: i32,
  sh: i32, sw: i32, top: i32, left: i32,
): void {
  const multiplier = outputs / channels
  const stepIn = (<usize>(sw * channels)) << 2
  const stepOut = (<usize>outputs) << 2
  const whole = multiplier == 1 ? channels & ~3 : 0
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < outHeight; y++) {
      const dyRow = at(dy, (n * outHeight + y) * outWidth * outputs)
      for (let a = 0; a < taps; a++) {
        const row = y * sh + a - top
        if (row < 0 || row >= height) continue
        const inRow = at(input, (n * height + row) * width * channels)
        for (let b = 0; b < tapsAcross; b++) {
          const shift = b - left
          const from = firstOutput(shift, sw)
          const count = lastOutput(shift, sw, width, outWidth) - from
          if (count <= 0) continue
          const inBase = at(inRow, (from * sw + shift) * channels)
          const dyBase = at(dyRow, from * outputs)
          const tap = at(dw, (a * tapsAcross + b) * outputs)
          for (let i = 0; i < whole; i += 4) {
            quartet(at(inBase, i), at(dyBase, i), at(tap, i), count, stepIn, stepOut)
          }
          for (let i = whole; i < channels; i++) {
            for (let m = 0; m < multiplier; m++) {
              const k = i * multiplier + m
              single(at(inBase, i), at(dyBase, k), at(tap, k), count, stepIn, stepOut)
            }
          }
        }
      }
    }
  }
}

/** 4 channels, each with its own kernel. */
function quartet(input: usize, dy: usize, dw: usize, count: i32, stepIn: usize, stepOut: usize): void {
  let sum = f32x4.splat(0)
  for (let k = 0; k < count; k++) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(input), v128.load(dy)))
    input += stepIn
    dy += stepOut
  }
  v128.store(dw, f32x4.add(v128.load(dw), sum))
}

/**
 * Gradient of a depthwise convolution for its input `[N, H, W, I]`, which starts at zero:
 * dx[n, y sh + a - top, x sw + b - left, i] += sum over m of dy[n, y, x, i M + m] filter[a, b, i, m].
 */
export function depthwiseInput(
  dx: usize, dy: usize, filter: usize,
  batch: i32, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, outputs: i32,
  taps: i32, tapsAcross: i32,
  sh: i32, sw: i32, top: i32, left: i32,
): void {
  const multiplier = outputs / channels
  const stepIn = (<usize>(sw * channels)) << 2
  const stepOut = (<usize>outputs) << 2
  const whole = multiplier == 1 ? channels & ~3 : 0
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < outHeight; y++) {
      const dyRow = at(dy, (n * outHeight + y) * outWidth * outputs)
      for (let a = 0; a < taps; a++) {
        const row = y * sh + a - top
        if (row < 0 || row >= height) continue
        const inRow = at(dx, (n * height + row) * width * channels)
        for (let b = 0; b < tapsAcross; b++) {
          const shift = b - left
          const from = firstOutput(shift, sw)
          const count = lastOutput(shift, sw, width, outWidth) - from
          const tap = at(filter, (a * tapsAcross + b) * outputs)
          let target = at(inRow, (from * sw + shift) * channels)
          let source = at(dyRow, from * outputs)
          for (let k = 0; k < count; k++) {
            for (let i = 0; i < whole; i += 4) {
              addScaled(at(target, i), v128.load(at(source, i)), v128.load(at(tap, i)))
            }
            for (let i = whole; i < channels; i++) {
              let sum = f32.load(at(target, i))
              for (let m = 0; m < multiplier; m++) {
                const j = i * multiplier + m
                sum += f32.load(at(source, j)) * f32.load(at(tap, j))
              }
              f32.store(at(target, i), sum)
            }
            target += stepIn
            source += stepOut
          }
        }
      }
    }
  }
}

/**
 * Gradient of max pooling: dx, which starts at zero, gets dy where each window of x has its first largest value. The window
 * is `taps` by `tapsAcross`; `outputs` equals `channels`.
 */
export function maxPoolInput(
  x: usize, dy: usize, dx: usize,
  batch: i32, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, outputs: i32,
  taps: i32, tapsAcross: i32,
  sh: i32, sw: i32, top: i32, left: i32,
): void {
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < outHeight; y++) {
      const rowFrom = max(0, y * sh - top)
      const rowTo = min(height, y * sh - top + taps)
      for (let z = 0; z < outWidth; z++) {
        const columnFrom = max(0, z * sw - left)
        const columnTo = min(width, z * sw - left + tapsAcross)
        const source = at(dy, ((n * outHeight + y) * outWidth + z) * outputs)
        for (let c = 0; c < channels; c++) {
          let largest = -f32.MAX_VALUE
          let place = -1
          for (let row = rowFrom; row < rowTo; row++) {
            let index = ((n * height + row) * width + columnFrom) * channels + c
            for (let column = columnFrom; column < columnTo; column++) {
              const value = f32.load(at(x, index))
              if (value > largest || place < 0) {
                largest = value
                place = index
              }
              index += channels
            }
          }
          if (place >= 0) f32.store(at(dx, place), f32.load(at(dx, place)) + f32.load(at(source, c)))
        }
      }
    }
  }
}
