import type { GoldenRecord } from './golden-record.js'

/** Accepts `|a - b| <= absolute + relative * scale`, where scale is the largest `|b|` of the array. */
export interface GoldenTolerance {
  readonly absolute: number
  readonly relative: number
}

/** What float32 arithmetic allows. */
const FLOAT32 = 1e-4
const FLOAT32_GRADIENT = 1e-3
const ABSOLUTE = 1e-6

/** Families whose published numbers are themselves less exact than float64. */
const OF_FAMILY: Readonly<Record<string, number>> = { aekd: 1e-3, ats_quantities: 2e-5, ofd: 1e-6 }

/** Smallest relative difference between the published float64 and float32 losses that counts as visible. */
const VISIBLE = 1e-5

/**
 * Tolerances of a case computed in float32: relative 1e-4 for values and 1e-3 for gradients, absolute 1e-6; no tighter than the
 * family's own numbers are, and twice the difference that the authors' code shows between float32 and float64 where that is visible.
 */
export function goldenTolerance(record: GoldenRecord): {
  readonly value: GoldenTolerance
  readonly gradient: GoldenTolerance
} {
  const { loss, loss_float32: single } = record.outputs
  const ofFamily = OF_FAMILY[record.method] ?? 0
  const delicate = loss === undefined || single === undefined ? 0 : Math.abs(single - loss) / Math.abs(loss)
  const widened = Number.isFinite(delicate) && delicate > VISIBLE ? 2 * delicate : 0
  return {
    value: { absolute: ABSOLUTE, relative: Math.max(FLOAT32, ofFamily, widened) },
    gradient: { absolute: ABSOLUTE, relative: Math.max(FLOAT32_GRADIENT, ofFamily, 10 * widened) },
  }
}
