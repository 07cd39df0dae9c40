// Sums over rows and maps along columns, four float32 at a time. AssemblyScript; compiled by `pnpm run loops` to
// loops-binary.ts. Tensors are byte offsets, row-major, channels last.

import { addScaled, at } from './memory'

/** Rows added up in single precision before their sum goes to a double: keeps rounding small at no cost. */
const BLOCK: i32 = 64

/** Adds `count` floats at `partial` to the doubles at `totals` and clears them. */
function flush(partial: usize, totals: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const total = totals + ((<usize>i) << 3)
    f64.store(total, f64.load(total) + <f64>f32.load(at(partial, i)))
    f32.store(at(partial, i), 0)
  }
}

function clear(partial: usize, totals: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    f32.store(at(partial, i), 0)
    f64.store(totals + ((<usize>i) << 3), 0)
  }
}

/** totals[c] = sum of x[r, c]; totals: columns doubles, partial: columns floats. */
export function columnSums(x: usize, rows: i32, columns: i32, partial: usize, totals: usize): void {
  const whole = columns & ~3
  clear(partial, totals, columns)
  for (let row = 0; row < rows; ) {
    const end = min(rows, row + BLOCK)
    for (; row < end; row++) {
      let c = 0
      for (; c < whole; c += 4) {
        const sum = at(partial, c)
        v128.store(sum, f32x4.add(v128.load(sum), v128.load(at(x, c))))
      }
      for (; c < columns; c++) {
        f32.store(at(partial, c), f32.load(at(partial, c)) + f32.load(at(x, c)))
      }
      x = at(x, columns)
    }
    flush(partial, totals, columns)
  }
}

/**
 * totals[c] = sum of d and totals[columns + c] = sum of d d, with d = x[r, c] - pivot[c]. The pivot keeps the variance
 * from cancelling. totals: 2 columns doubles, partial: 2 columns floats.
 */
export function moments(x: usize, pivot: usize, rows: i32, columns: i32, partial: usize, totals: usize): void {
  const whole = columns & ~3
  const squares = at(partial, columns)
  clear(partial, totals, 2 * columns)
  for (let row = 0; row < rows; ) {
    const end = min(rows, row + BLOCK)
    for (; row < end; row++) {
      let c = 0
      for (; c < whole; c += 4) {
        const d = f32x4.sub(v128.load(at(x, c)), v128.load(at(pivot, c)))
        const sum = at(partial, c)
        v128.store(sum, f32x4.add(v128.load(sum), d))
        addScaled(at(squares, c), d, d)
      }
      for (; c < columns; c++) {
        const d = f32.load(at(x, c)) - f32.load(at(pivot, c))
        f32.store(at(partial, c), f32.load(at(partial, c)) + d)
        f32.store(at(squares, c), f32.load(at(squares, c)) + d * d)
      }
      x = at(x, columns)
    }
    flush(partial, totals, 2 * columns)
  }
}

/**
 * totals[c] = sum of dy[r, c] and totals[columns + c] = sum of dy[r, c] (x[r, c] - mean[c]).
 * totals: 2 columns doubles, partial: 2 columns floats.
 */
export function products(
  dy: usize,
  x: usize,
  mean: usize,
  rows: i32,
  columns: i32,
  partial: usize,
  totals: usize,
): void {
  const whole = columns & ~3
  const second = at(partial, columns)
  clear(partial, totals, 2 * columns)
  for (let row = 0; row < rows; ) {
    const end = min(rows, row + BLOCK)
    for (; row < end; row++) {
      let c = 0
      for (; c < whole; c += 4) {
        const g = v128.load(at(dy, c))
        const sum = at(partial, c)
        v128.store(sum, f32x4.add(v128.load(sum), g))
        addScaled(at(second, c), g, f32x4.sub(v128.load(at(x, c)), v128.load(at(mean, c))))
      }
      for (; c < columns; c++) {
        const g = f32.load(at(dy, c))
        const d = f32.load(at(x, c)) - f32.load(at(mean, c))
        f32.store(at(partial, c), f32.load(at(partial, c)) + g)
        f32.store(at(second, c), f32.load(at(second, c)) + g * d)
      }
      x = at(x, columns)
      dy = at(dy, columns)
    }
    flush(partial, totals, 2 * columns)
  }
}

/** y[r, c] = x[r, c] slope[c] + shift[c]. */
export function affine(x: usize, slope: usize, shift: usize, rows: i32, columns: i32, y: usize): void {
  const whole = columns & ~3
  for (let row = 0; row < rows; row++) {
    let c = 0
    for (; c < whole; c += 4) {
      const scaled = f32x4.mul(v128.load(at(x, c)), v128.load(at(slope, c)))
      v128.store(at(y, c), f32x4.add(scaled, v128.load(at(shift, c))))
    }
    for (; c < columns; c++) {
      f32.store(at(y, c), f32.load(at(x, c)) * f32.load(at(slope, c)) + f32.load(at(shift, c)))
    }
    x = at(x, columns)
    y = at(y, columns)
  }
}

/** dx[r, c] = dy[r, c] slope[c] - (x[r, c] - mean[c]) pull[c] - shift[c]. */
export function pullBack(
  dy: usize,
  x: usize,
  mean: usize,
  slope: usize,
  pull: usize,
  shift: usize,
  rows: i32,
  columns: i32,
  dx: usize,
): void {
  const whole = columns & ~3
  for (let row = 0; row < rows; row++) {
    let c = 0
    for (; c < whole; c += 4) {
      const d = f32x4.sub(v128.load(at(x, c)), v128.load(at(mean, c)))
      const scaled = f32x4.mul(v128.load(at(dy, c)), v128.load(at(slope, c)))
      const pulled = f32x4.sub(scaled, f32x4.mul(d, v128.load(at(pull, c))))
      v128.store(at(dx, c), f32x4.sub(pulled, v128.load(at(shift, c))))
    }
    for (; c < columns; c++) {
      const d = f32.load(at(x, c)) - f32.load(at(mean, c))
      const scaled = f32.load(at(dy, c)) * f32.load(at(slope, c))
      f32.store(at(dx, c), scaled - d * f32.load(at(pull, c)) - f32.load(at(shift, c)))
    }
    x = at(x, columns)
    dy = at(dy, columns)
    dx = at(dx, columns)
  }
}
