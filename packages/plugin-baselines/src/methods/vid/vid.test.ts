import { tf } from '@umbra/core'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { itFits, itHasPublishedWeights } from '../../../test/feature-checks.js'
import { describeFeatureMethod } from '../../../test/feature-method.js'
import { vidGolden } from './vid.golden.js'
import { type VariationalRegressor, variationalLoss, vid } from './vid.js'

beforeAll(useCpuBackend)

describePublished(vidGolden)
describeFeatureMethod('vid', vid)
itHasPublishedWeights(vid, { vid: 1 })
itFits(vid, 'stage1', 0.03)

describe('vid as released', () => {
  const loss = (logScale: number, variant: 'sound' | 'as-released'): number =>
    tf.tidy(() => {
      const eye: tf.Tensor2D = tf.eye(2)
      const regressor: VariationalRegressor = { kernels: [eye, eye, eye], logScale: tf.fill([2], logScale) }
      const map = (seed: number): tf.Tensor4D => tf.randomUniform([1, 2, 2, 2], 0, 1, 'float32', seed)
      return variationalLoss(map(1), map(2), regressor, { variant }).dataSync()[0] ?? Number.NaN
    })

  it('is the same at ordinary scales and infinite above 88', () => {
    expect(loss(3, 'as-released')).toBeCloseTo(loss(3, 'sound'), 5)
    expect(loss(100, 'as-released')).toBe(Infinity)
    expect(loss(100, 'sound')).toBeCloseTo(Math.log(100) / 2, 2)
  })
})
