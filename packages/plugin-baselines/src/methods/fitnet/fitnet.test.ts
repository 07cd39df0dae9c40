import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { itFits, itHasPublishedWeights, itHasTwoStages } from '../../../test/feature-checks.js'
import { describeFeatureMethod } from '../../../test/feature-method.js'
import { make } from '../../../test/feature-networks.js'
import { fitnetGolden } from './fitnet.golden.js'
import { fitnet } from './fitnet.js'

beforeAll(useCpuBackend)

describePublished(fitnetGolden)
describeFeatureMethod('fitnet', fitnet)
itHasPublishedWeights(fitnet, { hint: 100 })
itHasTwoStages(fitnet, 'hintEpochs', ['hint', 100])
itFits(fitnet, 'stage2', 0.2)

it('refuses a stage beside a scheduled weight', () => {
  const weight = { kind: 'linear', from: 1, to: 0 }
  expect(() => make(fitnet, { hintEpochs: 3, weight })).toThrow(
    expect.objectContaining({ code: 'UMBRA_OPTION' }),
  )
})
