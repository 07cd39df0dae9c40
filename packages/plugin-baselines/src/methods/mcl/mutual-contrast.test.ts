import { tf } from '@umbra/core'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { unitVectors } from '../../shared/unit-vectors.js'
import { mutualContrast } from './mutual-contrast.js'

beforeAll(useCpuBackend)

const LABELS = [0, 0, 1, 2, 2]
const rows = (seed: number): tf.Tensor2D =>
  unitVectors<tf.Tensor2D>(tf.randomNormal([LABELS.length, 4], 0, 1, 'float32', seed))

const evaluate = (embeddings: () => tf.Tensor2D[]) =>
  tf.tidy(() => {
    const temperatures = { contrast: 0.2, soft: tf.scalar(2) }
    const terms = mutualContrast(embeddings(), tf.tensor1d(LABELS, 'int32'), temperatures)
    const read = (term: tf.Tensor1D): number[] => [...term.dataSync()]
    const { vcl, softVcl, icl, softIcl } = terms
    return {
      numbers: { vcl: read(vcl), softVcl: read(softVcl), icl: read(icl), softIcl: read(softIcl) },
    }
  }).numbers

describe('mutual contrast', () => {
  it('leaves an example out that is alone of its class, and counts the others', () => {
    const { vcl, icl } = evaluate(() => [rows(1), rows(2)])
    for (const term of [vcl, icl]) {
      expect(term[2]).toBe(0)
      expect(term.filter((x) => x > 0)).toHaveLength(4)
    }
  })

  it('agrees where the networks do: no divergence, and contrast across as within', () => {
    const { vcl, icl, softVcl, softIcl } = evaluate(() => [rows(3), rows(3)])
    for (const x of [...softVcl, ...softIcl]) expect(Math.abs(x)).toBeLessThan(1e-5)
    for (const [i, x] of icl.entries()) expect(x).toBeCloseTo(vcl[i] ?? Number.NaN, 5)
  })
})
