import { tf } from '@umbra/core'
import { noParts } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { crdGolden } from './crd.golden.js'
import { crd } from './crd.js'

beforeAll(useCpuBackend)

describePublished(crdGolden)

it('refuses samples of one class, for there are no negatives', () => {
  const outputs = { logits: [2, 3], taps: { pooled: [2, 4] } }
  const prepare = (labels: number[]) => () =>
    tf.tidy(() => {
      const shapes = { batch: 2, classes: 3, samples: 2, labels: Int32Array.from(labels) }
      const objective = crd.objective(crd.options.parse({ dimension: 2 }), noParts)
      objective.prepare?.({ ...shapes, student: outputs, teachers: [outputs] }, 0, { teachers: [] })
    })
  expect(prepare([1, 1])).toThrow(expect.objectContaining({ code: 'UMBRA_CLASSES' }))
  expect(prepare([0, 1])).not.toThrow()
})

it('refuses more negatives than float32 can count', () => {
  const takes = (negatives: number) => crd.options.safeParse({ negatives }).success
  expect([2 ** 24, 2 ** 24 + 1].map(takes)).toEqual([true, false])
})
