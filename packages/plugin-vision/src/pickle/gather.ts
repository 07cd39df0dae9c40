import type { TensorReference } from './torch-storage.js'

/**
 * Row-major values of a view: the storage's own memory where they lie in it in this order, else a copy.
 * The shape has been checked to stay inside the storage; shape and strides are equally long.
 *
 * @param beforeCopy throws if a copy would be too large
 */
export function gather(
  values: Float32Array,
  { offset, shape, strides }: Pick<TensorReference, 'offset' | 'shape' | 'strides'>,
  beforeCopy: () => void,
): Float32Array {
  const count = shape.reduce((a, b) => a * b, 1)
  if (count === 0 || isRowMajor(shape, strides)) return values.subarray(offset, offset + count)
  beforeCopy()
  const result = new Float32Array(count)
  const index = shape.map(() => 0)
  let from = offset
  for (let at = 0; at < count; at++) {
    result[at] = values[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      index[axis]! += 1
      if (index[axis]! < shape[axis]!) break
      from -= shape[axis]! * strides[axis]!
      index[axis] = 0
    }
  }
  return result
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}
