import type { Tensor } from '@tensorflow/tfjs-core'
import type { GoldenOutcome } from '../contracts/golden.js'
import { type GoldenRecord, type PublishedValue, publishedValues } from './golden-record.js'
import { type GoldenTolerance, goldenTolerance } from './golden-tolerance.js'

/** One published value against the one computed here. */
export interface GoldenComparison {
  /** `loss`, a term or array by its name, or `grad student_logits`. */
  readonly key: string
  /**
   * Largest `|a - b|` over the largest `|b|`, or over the number at which the absolute tolerance is as large as the relative
   * one where all of b are smaller; Infinity where they cannot be compared.
   */
  readonly error: number
  /** The largest error accepted, on the same scale. */
  readonly tolerance: number
  /** What is wrong, if anything is. */
  readonly problem?: string
}

export interface GoldenComparisons {
  /** Furthest from its tolerance first. */
  readonly worst: readonly GoldenComparison[]
  /** Published values that were not computed here. */
  readonly missing: readonly string[]
}

/** Holds an outcome against what a case publishes. Reads tensors, disposes none. */
export function compareGolden(record: GoldenRecord, outcome: GoldenOutcome): GoldenComparisons {
  const tolerance = goldenTolerance(record)
  const computed = new Map<string, Tensor>(Object.entries({ ...outcome.extra, ...outcome.terms }))
  if (outcome.loss !== undefined) computed.set('loss', outcome.loss)
  const compared: GoldenComparison[] = []
  const missing: string[] = []
  const against = (expected: PublishedValue, actual: Tensor | undefined, allowed: GoldenTolerance) => {
    if (actual === undefined) missing.push(expected.key)
    else compared.push(compare(expected, actual, allowed))
  }
  for (const value of publishedValues(record)) against(value, computed.get(value.key), tolerance.value)
  if (record.check === 'loss+grads') {
    for (const [name, gradient] of Object.entries(record.outputs.grads ?? {})) {
      const actual = outcome.grads?.[name]
      // null: the authors' code sends no gradient there, and an outcome without one agrees.
      if (gradient === null && actual === undefined) continue
      // Without a published gradient there is one here: the line above skips cases with neither.
      const { shape, data } = gradient ?? zerosLike(actual!)
      against({ key: `grad ${name}`, shape, data }, actual, tolerance.gradient)
    }
  }
  return { worst: compared.sort((a, b) => excess(b) - excess(a)), missing }
}

const excess = ({ error, tolerance }: GoldenComparison): number => error / tolerance

const zerosLike = ({ shape, size }: Tensor) => ({ shape, data: new Array<number>(size).fill(0) })

function compare(expected: PublishedValue, actual: Tensor, allowed: GoldenTolerance): GoldenComparison {
  const { key, data } = expected
  const finite = data.filter(Number.isFinite).map(Math.abs)
  const largest = finite.reduce((most, value) => Math.max(most, value), 0)
  const scale = Math.max(largest, allowed.absolute / allowed.relative)
  const tolerance = (allowed.absolute + allowed.relative * largest) / scale
  if (actual.size !== data.length) {
    const problem = `${key} has shape [${actual.shape.join(', ')}] instead of [${expected.shape.join(', ')}]`
    return { key, error: Infinity, tolerance, problem }
  }
  // As many numbers as are published.
  const numbers = actual.dataSync()
  let error = 0
  let worst = 0
  for (const [i, b] of data.entries()) {
    const a = numbers[i]!
    const same = Object.is(a, b) || a === b
    const gap = same ? 0 : Number.isFinite(a) && Number.isFinite(b) ? Math.abs(a - b) / scale : Infinity
    if (gap > error) [error, worst] = [gap, i]
  }
  if (error <= tolerance) return { key, error, tolerance }
  const where = data.length > 1 ? `${key}[${worst}]` : key
  return { key, error, tolerance, problem: `${where} is ${numbers[worst]!}, published ${data[worst]!}` }
}
