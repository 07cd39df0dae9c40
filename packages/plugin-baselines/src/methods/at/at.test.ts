import { useCpuBackend } from '@umbra/testing'
import { beforeAll } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { itHasPublishedWeights, itWantsMaps } from '../../../test/feature-checks.js'
import { describeFeatureMethod } from '../../../test/feature-method.js'
import { describeRelation } from '../../../test/relation.js'
import { atGolden } from './at.golden.js'
import { at } from './at.js'

beforeAll(useCpuBackend)

describePublished(atGolden)
describeFeatureMethod('at', at)
describeFeatureMethod('at, p = 3', at, { p: 3 })
describeRelation('at', at)
describeRelation('at, p = 3', at, { p: 3 })
itHasPublishedWeights(at, { at: 1000 })
itWantsMaps(at, ['pooled'])
