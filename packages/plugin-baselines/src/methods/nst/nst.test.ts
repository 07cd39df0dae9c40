import { useCpuBackend } from '@umbra/testing'
import { beforeAll } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { itHasPublishedWeights, itWantsMaps } from '../../../test/feature-checks.js'
import { describeFeatureMethod } from '../../../test/feature-method.js'
import { describeRelation } from '../../../test/relation.js'
import { nstGolden } from './nst.golden.js'
import { nst } from './nst.js'

beforeAll(useCpuBackend)

describePublished(nstGolden)
describeFeatureMethod('nst', nst)
describeRelation('nst', nst)
itHasPublishedWeights(nst, { nst: 50 })
itWantsMaps(nst, ['pooled'])
