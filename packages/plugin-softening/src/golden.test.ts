import { type GoldenOutcome, tf } from '@umbra/core'
import {
  FLOAT32,
  FLOAT32_GRADIENT,
  type GoldenArray,
  type GoldenCase,
  difference,
  goldenCases,
  useCpuBackend,
} from '@umbra/testing'
import { createEngine } from '@umbra/engine'
import { beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../test/engines.js'
import { softening } from './plugin.js'

const FAMILIES = ['kd', 'ats', 'isats', 'ctkd', 'dkd', 'logit_standardization', 'mlkd']
const cases = FAMILIES.flatMap((file) => goldenCases(new URL(`../golden/${file}.json`, import.meta.url)))

function evaluate(golden: GoldenCase): GoldenOutcome {
  const definition = softening.provides.find(({ kind, id }) => kind === 'golden' && id === golden.method)
  if (definition?.kind !== 'golden') throw new Error(`no golden definition "${golden.method}"`)
  const inputs = Object.fromEntries(
    Object.entries(golden.inputs).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  )
  const outcome = definition.evaluate({ ...golden, check: 'outputs', inputs })
  if (outcome === undefined) throw new Error(`no counterpart of "${golden.id}"`)
  return outcome
}

const numbers = (value: number | GoldenArray) => (typeof value === 'number' ? [value] : value.data)

/** Everything that a case publishes and this project computes, with a difference where there is one. */
function compare(golden: GoldenCase): { compared: string[]; problems: string[] } {
  const compared: string[] = []
  const problems: string[] = []
  tf.tidy(() => {
    const { loss, terms, extra, grads } = evaluate(golden)
    const outputs: Partial<GoldenCase['outputs']> = golden.outputs
    const { terms: publishedTerms, extra: publishedExtra, grads: publishedGrads = {}, ...rest } = outputs
    const published: Record<string, unknown> = {
      ...publishedTerms,
      ...(publishedExtra as object | undefined),
      ...rest,
    }
    const against = (name: string, actual: tf.Tensor | undefined, expected: unknown, tolerance = FLOAT32) => {
      if (actual === undefined || expected === undefined) return
      compared.push(name)
      const problem = difference(actual.dataSync(), numbers(expected as number | GoldenArray), tolerance)
      if (problem !== undefined) problems.push(`${name}: ${problem}`)
    }
    against('loss', loss, published.loss)
    for (const [name, value] of Object.entries({ ...terms, ...extra })) against(name, value, published[name])
    for (const [name, value] of Object.entries(grads ?? {}))
      against(`grad ${name}`, value, publishedGrads[name], FLOAT32_GRADIENT)
  })
  return { compared, problems }
}

for (const { id, why } of engines) {
  describe.skipIf(why !== '')(`published numbers, on ${id}${why}`, () => {
    beforeAll(async () => {
      await createEngine(id)
    })

    it.each(cases)('$id, $name', (golden) => {
      const { compared, problems } = compare(golden)
      expect(problems).toEqual([])
      // The type promises what not every family has.
      const outputs: Partial<GoldenCase['outputs']> = golden.outputs
      const { terms = {}, grads = {} } = outputs
      const owed = ['loss', ...Object.keys(terms)]
      if (golden.check === 'loss+grads') owed.push(...Object.keys(grads).map((name) => `grad ${name}`))
      expect(compared).toEqual(expect.arrayContaining(owed))
    })
  })
}

describe('golden definitions', () => {
  beforeAll(useCpuBackend)

  it('leave nothing but what they return', () => {
    for (const method of new Set(cases.map((golden) => golden.method))) {
      const golden = cases.find((candidate) => candidate.method === method)!
      tf.tidy(() => void evaluate(golden))
      const before = tf.memory().numTensors
      tf.engine().startScope()
      const { loss, terms, extra, grads } = evaluate(golden)
      tf.dispose([loss!, ...Object.values({ ...terms, ...extra }), ...Object.values(grads ?? {})])
      const inputs = Object.keys(golden.inputs).length
      expect(tf.memory().numTensors - before, method).toBe(inputs)
      tf.engine().endScope()
    }
  })

  it('say what a case lacks', () => {
    const golden = cases.find(({ method }) => method === 'kd')!
    tf.tidy(() => {
      const { student_logits, ...inputs } = golden.inputs
      expect(student_logits).toBeDefined()
      expect(() => evaluate({ ...golden, inputs })).toThrow('student_logits')
      expect(() => evaluate({ ...golden, hyper: {} })).toThrow('T')
    })
  })
})
