import { tf } from '@umbra/core'
import { noParts } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { describeStageMethod } from '../../../test/stage-networks.js'
import { resizeNearest } from './resize-nearest.js'
import { reviewkdGolden } from './reviewkd.golden.js'
import { reviewkd } from './reviewkd.js'

beforeAll(useCpuBackend)

describePublished(reviewkdGolden, 'reviewkd')
describeStageMethod('reviewkd', () =>
  reviewkd.objective(
    reviewkd.options.parse({ studentTaps: ['a', 'b', 'v'], teacherTaps: ['conv', 'b', 'v'] }),
    noParts,
  ),
)

it('resizes to the nearest row and column', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1])
    expect([...resizeNearest(x, 4, 3).dataSync()]).toEqual([1, 1, 2, 1, 1, 2, 3, 3, 4, 3, 3, 4])
  })
})
