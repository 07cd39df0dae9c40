/** Shape of the PyTorch weight whose tfjs counterpart has `shape`: OIHW for HWIO, `[out, in]` for `[in, out]`. */
export function foreignShape(shape: readonly number[]): readonly number[] {
  const [height, width, into, out] = shape
  if (height !== undefined && width !== undefined && into !== undefined && out !== undefined)
    return [out, into, height, width]
  return [...shape].reverse()
}

/** Values of a PyTorch weight in the order of tfjs: OIHW to HWIO, `[out, in]` to `[in, out]`, vectors as they are. */
export function toTfjsLayout(data: Float32Array, shape: readonly number[]): Float32Array {
  if (shape.length === 4) {
    const [out, into, height, width] = shape as [number, number, number, number]
    return permuted(data, [height * width, into, out], [1, height * width, into * height * width])
  }
  if (shape.length === 2) {
    const [out, into] = shape as [number, number]
    return permuted(data, [1, into, out], [0, 1, into])
  }
  return data
}

type Triple = readonly [number, number, number]

/** Strides address every element of `data` once. */
function permuted(data: Float32Array, [a, b, c]: Triple, [strideA, strideB, strideC]: Triple): Float32Array {
  const result = new Float32Array(data.length)
  let at = 0
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++) result[at++] = data[i * strideA + j * strideB + k * strideC]!
  return result
}
