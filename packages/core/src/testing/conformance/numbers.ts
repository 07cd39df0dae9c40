import type { Tensor } from '@tensorflow/tfjs-core'
import { randomStream } from '../../random/stream.js'
import { tf } from '../../tf.js'

/** A tensor's values, apart from any engine and precision. */
export interface Numbers {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number>
  readonly dtype?: 'int32' | 'float32'
}

export type NumbersRecord = Readonly<Record<string, Numbers>>

export const toTensor = ({ shape, data, dtype = 'float32' }: Numbers): Tensor =>
  tf.tensor(Array.from(data), [...shape], dtype)

export const toTensors = (record: NumbersRecord): Record<string, Tensor> =>
  mapRecord(record, (numbers) => toTensor(numbers))

export const fromTensor = (tensor: Tensor): Numbers => ({
  shape: [...tensor.shape],
  data: [...tensor.dataSync()],
  dtype: tensor.dtype === 'int32' ? 'int32' : 'float32',
})

export const mapRecord = <A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A, name: string) => B,
): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]))

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** Normally distributed numbers that the seed and the name determine. */
export function normal(shape: readonly number[], name: string, deviation = 1): Numbers {
  const stream = randomStream(20, name)
  const data = Array.from({ length: sizeOf(shape) }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(1 - stream.uniform(i)))
    return deviation * radius * Math.cos(2 * Math.PI * stream.uniform(i, 1))
  })
  return { shape: [...shape], data }
}

/** Row `order[i]` of the first dimension at place i. */
export function takeRows(numbers: Numbers, order: readonly number[]): Numbers {
  const width = sizeOf(numbers.shape.slice(1))
  // `order` holds indices of rows.
  const data = order.flatMap((row) => Array.from({ length: width }, (_, i) => numbers.data[row * width + i]!))
  return { ...numbers, shape: [order.length, ...numbers.shape.slice(1)], data }
}

/** Largest |a - b|, and the largest |b| to judge it by. NaN where one of them is not a number. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): { gap: number; scale: number } {
  let gap = a.length === b.length ? 0 : NaN
  let scale = 0
  // Lists of unequal lengths give NaN, however the loop goes.
  for (let i = 0; i < b.length; i++) {
    gap = Math.max(gap, Math.abs(a[i]! - b[i]!))
    scale = Math.max(scale, Math.abs(b[i]!))
  }
  return { gap, scale }
}

/** Whether two lists are equal up to rounding in float64. A NaN is equal to nothing. */
export function same(a: ArrayLike<number>, b: ArrayLike<number>, relative = 1e-6): boolean {
  const { gap, scale } = distance(a, b)
  return gap <= relative * scale + 1e-9
}

export const length = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, x) => sum + x * x, 0))

/** Three digits are enough to tell. */
export const brief = (value: number): string => String(Number(value.toPrecision(3)))
