import { useCpuBackend } from '@umbra/testing'
import { beforeAll } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import {
  describeFeatureMethod,
  describeRelation,
  itHasPublishedWeights,
} from '../../../test/feature-method.js'
import { spGolden } from './sp.golden.js'
import { sp } from './sp.js'

beforeAll(useCpuBackend)

describePublished(spGolden)
describeFeatureMethod('sp', sp)
describeRelation('sp', sp)
itHasPublishedWeights(sp, { sp: 3000 })
