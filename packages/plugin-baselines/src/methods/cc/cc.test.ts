import { entryOf, tf } from '@umbra/core'
import { difference, useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { itWantsTwoExamples } from '../../../test/feature-checks.js'
import { describeFeatureMethod } from '../../../test/feature-method.js'
import { BATCH, features, make, network, termsOn } from '../../../test/feature-networks.js'
import { describeRelation } from '../../../test/relation.js'
import { ccGolden } from './cc.golden.js'
import { cc } from './cc.js'

beforeAll(useCpuBackend)

const released = { variant: 'as-released' }

describePublished(ccGolden)
describeFeatureMethod('cc', cc)
describeFeatureMethod('cc, as released', cc, released)
describeRelation('cc', cc)
itWantsTwoExamples(cc, released)

it('the kernel is the Gaussian one as its order grows', () => {
  const objective = make(cc, { gamma: 0.7, order: 10 })
  tf.tidy(() => {
    const [student, teacher] = [features(network(2), 1), features(network(3), 20)]
    const kernel = (x: tf.Tensor) => {
      const rows = x.arraySync() as number[][]
      const unit = rows.map((row) => row.map((v) => v / Math.hypot(...row)))
      return unit.map((a) =>
        unit.map((b) => Math.exp(-0.7 * a.reduce((sum, v, i) => sum + (v - (b[i] ?? 0)) ** 2, 0))),
      )
    }
    const [s, t] = [kernel(entryOf(student, 'pooled')), kernel(entryOf(teacher, 'pooled'))]
    const gaps = s.map((row, i) => row.map((k, j) => k - (t[i]?.[j] ?? Number.NaN)))
    const expected = gaps.map((row) => row.reduce((sum, gap) => sum + gap ** 2, 0) / BATCH)
    const actual = entryOf(termsOn(objective, { student, teacher }), 'cc').dataSync()
    expect(difference(actual, expected, { relative: 1e-3, absolute: 1e-6 })).toBeUndefined()
  })
})
