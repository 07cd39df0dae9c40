import { type GoldenDefinition, tf } from '@umbra/core'
import { FLOAT32, FLOAT32_GRADIENT, difference, goldenCases, useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { crdGolden } from './crd.js'
import { mclGolden } from './mcl.js'
import { stageGolden } from './stage-families.js'
import { takdGolden } from './takd.js'

beforeAll(useCpuBackend)

type Case = ReturnType<typeof goldenCases>[number]

const families: readonly (readonly [GoldenDefinition, string])[] = [
  [takdGolden, 'takd'],
  [crdGolden, 'crd'],
  [mclGolden, 'mcl'],
  ...stageGolden.map((family) => [family, family.id.replace('_hcl', '')] as const),
]

// Some families report no terms or arrays.
const given = <T>(record: Readonly<Record<string, T>> | undefined) => record ?? {}

/** Everything the adapter computes for a case, as numbers. */
function evaluate(family: GoldenDefinition, golden: Case) {
  return tf.tidy(() => {
    const inputs = Object.fromEntries(
      Object.entries(golden.inputs).map(([key, { shape, data }]) => [key, tf.tensor([...data], [...shape])]),
    )
    const { loss, terms, extra, grads } = family.evaluate({ ...golden, check: 'loss+grads', inputs })!
    const read = (record: Readonly<Record<string, tf.Tensor>> = {}) =>
      Object.fromEntries(Object.entries(record).map(([key, x]) => [key, [...x.dataSync()]]))
    const numbers = {
      loss: [...loss!.dataSync()],
      terms: read(terms),
      extra: read(extra),
      grads: read(grads),
    }
    return { numbers }
  }).numbers
}

describe.each(families)('$id against published numbers', (family, file) => {
  it.each(goldenCases(new URL(`../../golden/${file}.json`, import.meta.url)))('$id, $name', (golden) => {
    const before = tf.memory().numTensors
    const { loss, terms, extra, grads } = evaluate(family, golden)
    expect(tf.memory().numTensors).toBe(before)
    expect(difference(loss, [golden.outputs.loss], FLOAT32)).toBeUndefined()
    for (const [name, term] of Object.entries(given(golden.outputs.terms)))
      expect(difference(terms[name]!, [term], FLOAT32), name).toBeUndefined()
    const arrays = given(golden.outputs.extra as Record<string, { data: number[] }>)
    for (const [name, { data }] of Object.entries(arrays))
      expect(difference(extra[name]!, data, FLOAT32), name).toBeUndefined()
    for (const [name, { data }] of Object.entries(golden.outputs.grads))
      expect(difference(grads[name]!, data, FLOAT32_GRADIENT), name).toBeUndefined()
  })
})
