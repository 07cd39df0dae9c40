import { type GoldenOutcome, tf } from '@umbra/core'
import {
  FLOAT32,
  FLOAT32_GRADIENT,
  type GoldenCase,
  difference,
  goldenCases,
  useCpuBackend,
} from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { discrepancy } from './plugin.js'

const FAMILIES = ['dist', 'derived_stats', 'ats_quantities', 'ece', 'rank_agreement', 'class_relations']
const cases = FAMILIES.flatMap((file) => goldenCases(new URL(`../golden/${file}.json`, import.meta.url)))

function evaluate(golden: GoldenCase): GoldenOutcome {
  const definition = discrepancy.provides.find(({ kind, id }) => kind === 'golden' && id === golden.method)
  if (definition?.kind !== 'golden') throw new Error(`no golden definition "${golden.method}"`)
  const inputs = Object.fromEntries(
    Object.entries(golden.inputs).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  )
  return definition.evaluate({ ...golden, check: 'outputs', inputs })!
}

/** Published outputs by flat names: `mean.derived_std`, `terms.inter`. */
function flat(value: unknown, name = ''): [string, readonly number[]][] {
  if (typeof value === 'number') return [[name, [value]]]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  if ('data' in value) return [[name, value.data as number[]]]
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, name === '' ? key : `${name}.${key}`))
}

describe('published numbers', () => {
  beforeAll(useCpuBackend)

  it.each(cases)('$id, $name', (golden) => {
    tf.tidy(() => {
      const { loss, terms, extra, grads } = evaluate(golden)
      const actual = new Map<string, tf.Tensor>()
      const put = (prefix: string, tensors: GoldenOutcome['extra']) => {
        for (const [name, tensor] of Object.entries(tensors ?? {})) actual.set(`${prefix}${name}`, tensor)
      }
      if (loss !== undefined) actual.set('loss', loss)
      put('terms.', terms)
      put('', extra)
      put('grads.', grads)
      for (const [name, expected] of flat(golden.outputs)) {
        if (name === 'loss_float32') continue
        expect(actual.has(name), name).toBe(true)
        const tolerance = name.startsWith('grads.') ? FLOAT32_GRADIENT : FLOAT32
        expect(difference(actual.get(name)!.dataSync(), expected, tolerance), name).toBeUndefined()
      }
    })
  })
})
