import { useCpuBackend } from '@umbra/testing'
import { beforeAll } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { itHasPublishedWeights } from '../../../test/feature-checks.js'
import { describeFeatureMethod } from '../../../test/feature-method.js'
import { describeRelation } from '../../../test/relation.js'
import { pktGolden } from './pkt.golden.js'
import { pkt } from './pkt.js'

beforeAll(useCpuBackend)

describePublished(pktGolden)
describeFeatureMethod('pkt', pkt)
describeRelation('pkt', pkt)
itHasPublishedWeights(pkt, { pkt: 30000 })
