/** Shape a PyTorch weight has when its tfjs counterpart has `shape`: OIHW for HWIO, rows and columns exchanged. */
export function foreignShape(shape: readonly number[]): readonly number[] {
  if (shape.length === 4) return [shape[3]!, shape[2]!, shape[0]!, shape[1]!]
  return [...shape].reverse()
}

/** Values of a PyTorch weight in the order of tfjs: OIHW to HWIO, `[out, in]` to `[in, out]`, vectors as they are. */
export function toOwnLayout(data: Float32Array, shape: readonly number[]): Float32Array {
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

function permuted(data: Float32Array, [a, b, c]: Triple, [strideA, strideB, strideC]: Triple): Float32Array {
  const result = new Float32Array(data.length)
  let at = 0
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++) result[at++] = data[i * strideA + j * strideB + k * strideC]!
  return result
}
