/** Plain float64 arithmetic on rows, for formulas that share no code with the methods they check. */
export type Row = readonly number[]
export type Rows = readonly Row[]

export const sum = (x: Row): number => x.reduce((a, b) => a + b, 0)
export const mean = (x: Row): number => sum(x) / x.length
export const dot = (a: Row, b: Row): number => a.reduce((s, x, i) => s + x * b[i]!, 0)
export const norm = (x: Row): number => Math.sqrt(dot(x, x))
export const scaled = (x: Row, factor: number): number[] => x.map((v) => v * factor)
export const minus = (a: Row, b: Row): number[] => a.map((x, i) => x - b[i]!)
export const variance = (x: Row): number => mean(x.map((v) => (v - mean(x)) ** 2))
export const without = (x: Row, index: number): number[] => x.filter((_, i) => i !== index)
export const columns = (x: Rows): number[][] => x[0]!.map((_, c) => x.map((row) => row[c]!))
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

export function logSoftmax(z: Row): number[] {
  const top = Math.max(...z)
  const log = top + Math.log(sum(z.map((v) => Math.exp(v - top))))
  return z.map((v) => v - log)
}
export const softmax = (z: Row): number[] => logSoftmax(z).map(Math.exp)
export const kl = (target: Row, z: Row): number => {
  const [p, q] = [logSoftmax(target), logSoftmax(z)]
  return sum(p.map((v, c) => Math.exp(v) * (v - q[c]!)))
}
export const crossEntropy = (z: Rows, labels: Row): number =>
  mean(z.map((row, i) => -logSoftmax(row)[labels[i]!]!))

/** An array of a golden case: flat, row-major. */
export interface Flat {
  readonly shape: readonly number[]
  readonly data: Row
}

export const rows = ({ shape, data }: Flat): number[][] => {
  const width = data.length / shape[0]!
  return range(shape[0]!).map((i) => data.slice(i * width, (i + 1) * width))
}

/** Feature maps: examples, channels, positions row by row. */
export interface Maps {
  readonly height: number
  readonly width: number
  /** `[batch][channel][position]` */
  readonly of: readonly Rows[]
}

export function maps({ shape, data }: Flat): Maps {
  const [batch = 0, channels = 0, height = 1, width = 1] = shape
  const cells = height * width
  const of = range(batch).map((b) =>
    range(channels).map((c) => data.slice((b * channels + c) * cells, (b * channels + c + 1) * cells)),
  )
  return { height, width, of }
}

/** Adaptive average pooling: cell i covers rows floor(i H / h) to ceil((i + 1) H / h) - 1. */
export function pooled(x: Maps, height: number, width: number): Maps {
  const span = (i: number, from: number, to: number) =>
    range(from).filter((k) => k >= Math.floor((i * from) / to) && k < Math.ceil(((i + 1) * from) / to))
  const cell = (map: Row, i: number, j: number) =>
    mean(span(i, x.height, height).flatMap((r) => span(j, x.width, width).map((c) => map[r * x.width + c]!)))
  const of = x.of.map((example) =>
    example.map((map) => range(height * width).map((k) => cell(map, Math.floor(k / width), k % width))),
  )
  return { height, width, of }
}

/** The larger of two maps brought to the size of the smaller. */
export function sameSize(a: Maps, b: Maps): [Maps, Maps] {
  const [height, width] = [Math.min(a.height, b.height), Math.min(a.width, b.width)]
  return [pooled(a, height, width), pooled(b, height, width)]
}
