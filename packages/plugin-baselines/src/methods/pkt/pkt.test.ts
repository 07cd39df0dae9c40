import { useCpuBackend } from '@umbra/testing'
import { beforeAll } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import {
  describeFeatureMethod,
  describeRelation,
  itHasPublishedWeights,
} from '../../../test/feature-method.js'
import { pktGolden } from './pkt.golden.js'
import { pkt } from './pkt.js'

beforeAll(useCpuBackend)

describePublished(pktGolden)
describeFeatureMethod('pkt', pkt)
describeRelation('pkt', pkt)
itHasPublishedWeights(pkt, { pkt: 30000 })
