import { Tensor } from '@tensorflow/tfjs-core'
import { difference, FLOAT32, type Tolerance } from './compare.js'

/** Numbers in any of the forms that tests have them in. */
export type Numbers =
  | number
  | Tensor
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | readonly (number | readonly unknown[])[]

interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/**
 * Vitest matcher: same shape, and `|actual - expected| <= absolute + relative * max |expected|` everywhere.
 * Install it with `expect.extend({ toBeAllclose })`. A flat expectation fits a tensor of any shape.
 */
export function toBeAllclose(
  actual: Numbers,
  expected: Numbers,
  tolerance: Partial<Tolerance> = {},
): MatcherResult {
  const bounds = { ...FLOAT32, ...tolerance }
  const [a, b] = [flatten(actual), flatten(expected)]
  const sameShape = a.shape.join() === b.shape.join() || b.shape.length === 1
  const problem = sameShape
    ? difference(a.data, b.data, bounds)
    : `shape [${a.shape.join(', ')}] instead of [${b.shape.join(', ')}]`
  return {
    pass: problem === undefined,
    message: () =>
      problem ??
      `the numbers are within ${bounds.absolute} + ${bounds.relative} * max of what they should not be`,
  }
}

interface Flat {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number>
}

function flatten(numbers: Numbers): Flat {
  if (typeof numbers === 'number') return { shape: [], data: [numbers] }
  if (numbers instanceof Tensor) return { shape: numbers.shape, data: numbers.dataSync() }
  if (!Array.isArray(numbers)) return { shape: [numbers.length], data: numbers as ArrayLike<number> }
  return { shape: shapeOf(numbers), data: (numbers as readonly unknown[]).flat(Infinity) as number[] }
}

function shapeOf(list: unknown): number[] {
  return Array.isArray(list) ? [list.length, ...shapeOf(list[0])] : []
}

declare module 'vitest' {
  // The parameter must be named as vitest names it; its default is vitest's.
  interface Matchers<T> {
    toBeAllclose: (this: Matchers<T>, expected: Numbers, tolerance?: Partial<Tolerance>) => void
  }
}
