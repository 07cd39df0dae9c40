import { tf } from '@umbra/core'
import { difference, useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { itHasPublishedWeights, itWantsTwoExamples } from '../../../test/feature-checks.js'
import { describeFeatureMethod } from '../../../test/feature-method.js'
import { describeRelation } from '../../../test/relation.js'
import { rkdGolden } from './rkd.golden.js'
import { angleLoss, rkd } from './rkd.js'

beforeAll(useCpuBackend)

describePublished(rkdGolden)
describeFeatureMethod('rkd', rkd)
describeRelation('rkd', rkd)
itHasPublishedWeights(rkd, { distance: 25, angle: 50 })
itWantsTwoExamples(rkd)

describe('rkd as released', () => {
  const teacher = [
    [1, 0],
    [0, 2],
    [3, 1],
  ]
  const gradient = (student: number[][], variant: 'sound' | 'as-released'): number[] =>
    tf.tidy(() => {
      const loss = (x: tf.Tensor) => tf.sum(angleLoss(x as tf.Tensor2D, tf.tensor2d(teacher), variant))
      return { numbers: [...tf.grad(loss)(tf.tensor2d(student)).dataSync()] }
    }).numbers

  it('is the same where no embedding stands twice', () => {
    const student = [
      [1, 1],
      [0, -2],
      [2, 0],
    ]
    const [sound, released] = [gradient(student, 'sound'), gradient(student, 'as-released')]
    expect(difference(released, sound, { relative: 1e-5, absolute: 1e-6 })).toBeUndefined()
  })

  it('has an enormous gradient where one does, which the sound form leaves out', () => {
    const student = [
      [1, 1],
      [1, 1],
      [2, 0],
    ]
    expect(Math.max(...gradient(student, 'sound').map(Math.abs))).toBeLessThan(10)
    expect(Math.max(...gradient(student, 'as-released').map(Math.abs))).toBeGreaterThan(1e9)
  })
})
