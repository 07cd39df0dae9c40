import { readFileSync } from 'node:fs'

export interface GoldenArray {
  readonly shape: readonly number[]
  /** Row-major. */
  readonly data: readonly number[]
}

/** One case of a golden file: the numbers that a published implementation gives for an input. */
export interface GoldenCase {
  readonly id: string
  readonly name: string
  readonly method: string
  /** What is compared: `loss+grads`, `loss`, `outputs`, `none`. */
  readonly check: string
  readonly hyper: Readonly<Record<string, number>>
  readonly labels: readonly number[]
  readonly inputs: Readonly<Record<string, GoldenArray>>
  readonly outputs: GoldenOutputs
}

export interface GoldenOutputs {
  readonly loss: number
  readonly terms: Readonly<Record<string, number>>
  readonly grads: Readonly<Record<string, GoldenArray>>
  readonly [measure: string]: unknown
}

/** Reads a golden file: `goldenCases(new URL('../../golden/kd.json', import.meta.url))`. */
export function goldenCases(file: URL): GoldenCase[] {
  const cases = JSON.parse(readFileSync(file, 'utf8'), (_key, value: unknown) =>
    typeof value === 'string' && NOT_FINITE.has(value) ? Number(value) : value,
  ) as GoldenCase[]
  if (cases.length === 0) throw new Error(`${file.pathname} has no case`)
  return cases
}

const NOT_FINITE = new Set(['NaN', 'Infinity', '-Infinity'])

/** The rows of a matrix. */
export function rows({ shape, data }: GoldenArray): number[][] {
  const [count = 0, width = 0] = shape
  return Array.from({ length: count }, (_, i) => data.slice(i * width, (i + 1) * width))
}
