import { type GoldenDefinition, tf } from '@umbra/core'
import { FLOAT32, FLOAT32_GRADIENT, difference, goldenCases, useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { featureGolden } from './feature-families.js'

beforeAll(useCpuBackend)

type Case = ReturnType<typeof goldenCases>[number]

/** Loss, terms and gradients of a case, as numbers. */
function evaluate(family: GoldenDefinition, { id, name, method, check, hyper, inputs }: Case) {
  const outcome = tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([key, { shape, data }]) => [key, tf.tensor([...data], [...shape])]),
    )
    const golden = { method, id, name, check: check as 'loss', hyper, inputs: tensors }
    const { loss, terms = {}, grads = {} } = family.evaluate(golden)!
    const read = (record: Readonly<Record<string, tf.Tensor>>) =>
      Object.fromEntries(Object.entries(record).map(([key, x]) => [key, [...x.dataSync()]]))
    return { numbers: { loss: [...loss!.dataSync()], terms: read(terms), grads: read(grads) } }
  })
  return outcome.numbers
}

describe.each(featureGolden)('$id against published numbers', (family) => {
  const cases = goldenCases(new URL(`../../golden/${family.id}.json`, import.meta.url))

  it.each(cases)('$id, $name', (golden) => {
    const before = tf.memory().numTensors
    const { loss, terms, grads } = evaluate(family, golden)
    expect(tf.memory().numTensors).toBe(before)
    expect(difference(loss, [golden.outputs.loss], FLOAT32)).toBeUndefined()
    for (const [name, term] of Object.entries('terms' in golden.outputs ? golden.outputs.terms : {}))
      expect(difference(terms[name]!, [term], FLOAT32)).toBeUndefined()
    expect(Object.values(grads).flat().every(Number.isFinite)).toBe(true)
    if (golden.check !== 'loss+grads') return
    for (const [name, { data }] of Object.entries(golden.outputs.grads))
      expect(difference(grads[name]!, data, FLOAT32_GRADIENT)).toBeUndefined()
  })
})
