import { useCpuBackend } from '@umbra/testing'
import { beforeAll } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { itHasPublishedWeights, itHasTwoStages, itWantsMaps } from '../../../test/feature-checks.js'
import { describeFeatureMethod } from '../../../test/feature-method.js'
import { describeRelation } from '../../../test/relation.js'
import { fspGolden } from './fsp.golden.js'
import { fsp } from './fsp.js'

beforeAll(useCpuBackend)

describePublished(fspGolden)
describeFeatureMethod('fsp', fsp)
describeRelation('fsp', fsp)
itHasPublishedWeights(fsp, { fsp: 50 })
itHasTwoStages(fsp, 'initEpochs', ['fsp', 50])
itWantsMaps(fsp, ['stage3', 'pooled'])
