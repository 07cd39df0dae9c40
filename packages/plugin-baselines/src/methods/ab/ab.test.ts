import { noParts } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { describeStageMethod } from '../../../test/stage-networks.js'
import { abGolden } from './ab.golden.js'
import { ab } from './ab.js'

beforeAll(useCpuBackend)

describePublished(abGolden)
describeStageMethod('ab', () =>
  ab.objective(ab.options.parse({ studentTaps: ['a', 'b'], teacherTaps: ['conv', 'b'] }), noParts),
)

it('has two stages', () => {
  expect(ab.objective(ab.options.parse({ initEpochs: 2 }), noParts).weights).toEqual({
    ab: { kind: 'steps', values: [1, 0], milestones: [2] },
    ce: { kind: 'steps', values: [0, 1], milestones: [2] },
  })
})
