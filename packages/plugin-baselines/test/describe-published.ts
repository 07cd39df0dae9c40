import { type GoldenDefinition, tf } from '@umbra/core'
import { FLOAT32, FLOAT32_GRADIENT, type GoldenCase, difference, goldenCases } from '@umbra/testing'
import { describe, expect, it } from 'vitest'

/**
 * Compares every case of `golden/<file>.json` with the published numbers: loss, terms, arrays and gradients. Where a case
 * is of the loss alone, gradients have to be finite.
 */
export function describePublished(family: GoldenDefinition, file = family.id): void {
  describe(`${family.id} against published numbers`, () => {
    it.each(goldenCases(new URL(`../golden/${file}.json`, import.meta.url)))('$id, $name', (golden) => {
      const before = tf.memory().numTensors
      const { loss, terms, extra, grads } = evaluate(family, golden)
      expect(tf.memory().numTensors).toBe(before)
      const { outputs } = golden
      expect(difference(loss, [outputs.loss], FLOAT32)).toBeUndefined()
      for (const [name, term] of entries<number>(outputs.terms))
        expect(difference(numbersOf(terms, name), [term], FLOAT32), name).toBeUndefined()
      for (const [name, { data }] of entries<{ data: number[] }>(outputs.extra))
        expect(difference(numbersOf(extra, name), data, FLOAT32), name).toBeUndefined()
      expect(Object.values(grads).flat().every(Number.isFinite)).toBe(true)
      if (golden.check !== 'loss+grads') return
      for (const [name, { data }] of Object.entries(outputs.grads))
        expect(difference(numbersOf(grads, name), data, FLOAT32_GRADIENT), name).toBeUndefined()
    })
  })
}

/** Entries of a part of the outputs, which some families leave out. */
const entries = <T>(part: unknown): [string, T][] => Object.entries((part ?? {}) as Record<string, T>)

type Numbers = Record<string, number[]>

function numbersOf(record: Numbers, name: string): number[] {
  const numbers = record[name]
  if (numbers === undefined)
    throw new Error(`"${name}" is not computed, only ${Object.keys(record).join(', ')}`)
  return numbers
}

/** Everything the adapter computes for a case, as numbers. */
function evaluate(family: GoldenDefinition, golden: GoldenCase) {
  return tf.tidy(() => {
    const inputs = Object.fromEntries(
      Object.entries(golden.inputs).map(([name, { shape, data }]) => [
        name,
        tf.tensor([...data], [...shape]),
      ]),
    )
    const outcome = family.evaluate({ ...golden, check: 'loss+grads', inputs })
    if (outcome?.loss === undefined) throw new Error(`${golden.id} has no loss`)
    const read = (record: Readonly<Record<string, tf.Tensor>> = {}): Numbers =>
      Object.fromEntries(Object.entries(record).map(([name, x]) => [name, [...x.dataSync()]]))
    const { loss, terms, extra, grads } = outcome
    const numbers = { loss: [...loss.dataSync()], terms: read(terms), extra: read(extra), grads: read(grads) }
    return { numbers }
  }).numbers
}
