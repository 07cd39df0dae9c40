import { useCpuBackend } from '@umbra/testing'
import { beforeAll } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { itHasPublishedWeights } from '../../../test/feature-checks.js'
import { describeFeatureMethod } from '../../../test/feature-method.js'
import { describeRelation } from '../../../test/relation.js'
import { spGolden } from './sp.golden.js'
import { sp } from './sp.js'

beforeAll(useCpuBackend)

describePublished(spGolden)
describeFeatureMethod('sp', sp)
describeRelation('sp', sp)
itHasPublishedWeights(sp, { sp: 3000 })
