import { type Flat, type Row, range } from './numbers.js'

type Inputs = Readonly<Record<string, Flat>>

/** What a formula gives: a loss with its parts, or measures alone. */
export interface Result {
  readonly loss?: number
  readonly terms?: Readonly<Record<string, number>>
  /** Further outputs, as they stand in the file. */
  readonly outputs?: Readonly<Record<string, unknown>>
}

export interface Variant {
  readonly method: string
  readonly hyper: Readonly<Record<string, unknown>>
  readonly shapes: Readonly<Record<string, readonly number[]>>
  /** Inputs that are not drawn. */
  readonly given?: Inputs
  /** Number of classes the labels are drawn from; none where left out. */
  readonly classes?: number
  readonly labels?: Row
  /** Standard range of inputs, 4 where left out; by name where some differ. */
  readonly spread?: Readonly<Record<string, number>>
  readonly formula: (inputs: Inputs, labels: Row) => Result
  /** Inputs with a gradient; for the loss alone. */
  readonly trained?: readonly string[]
  /** Inputs to which the published code sends no gradient. */
  readonly untrained?: readonly string[]
  /** Factor of an input's published gradient, where it is not 1. */
  readonly gradientFactor?: Readonly<Record<string, number>>
}

/** Park and Miller's generator: the same numbers everywhere. */
function drawFrom(seed: number): () => number {
  let state = (seed * 7919 + 12345) % 2147483647
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

/** A case in the golden format: inputs multiples of 1/256, gradients by central differences in float64. */
export function makeCase(variant: Variant, seed: number): object {
  const draw = drawFrom(seed + 1)
  for (let i = 0; i < 10; i++) draw()
  const drawn: Inputs = Object.fromEntries(
    Object.entries(variant.shapes).map(([name, shape]) => {
      const spread = variant.spread?.[name] ?? 4
      const size = shape.reduce((a, b) => a * b, 1)
      const data = range(size).map(() => Math.round((draw() + draw() + draw() - 1.5) * spread * 256) / 256)
      return [name, { shape, data }]
    }),
  )
  const inputs: Inputs = { ...drawn, ...variant.given }
  const batch = Object.values(variant.shapes)[0]![0]!
  const labels =
    variant.labels ??
    (variant.classes === undefined
      ? undefined
      : range(batch).map(() => Math.floor(draw() * variant.classes!)))
  const at = (given: Inputs): Result => variant.formula(given, labels ?? [])
  const { loss, terms, outputs } = at(inputs)
  const gradient = (name: string): Flat => {
    const { shape, data } = inputs[name]!
    const step = 1e-4
    const moved = (i: number, by: number): number => {
      const changed = { shape, data: data.map((x, k) => (k === i ? x + by : x)) }
      return at({ ...inputs, [name]: changed }).loss!
    }
    const factor = variant.gradientFactor?.[name] ?? 1
    return {
      shape,
      data: data.map((_, i) => (factor * (moved(i, step) - moved(i, -step))) / (2 * step)),
    }
  }
  const grads = Object.fromEntries([
    ...(variant.trained ?? []).map((name) => [name, gradient(name)] as const),
    ...(variant.untrained ?? []).map((name) => [name, null] as const),
  ])
  return {
    method: variant.method,
    id: `${variant.method}-v${seed}`,
    name: JSON.stringify(variant.shapes),
    dtype: 'float64',
    check: loss === undefined ? 'outputs' : variant.trained === undefined ? 'loss' : 'loss+grads',
    hyper: variant.hyper,
    inputs,
    ...(labels === undefined ? {} : { labels }),
    outputs: { ...(loss === undefined ? {} : { loss, grads }), ...(terms && { terms }), ...outputs },
  }
}
