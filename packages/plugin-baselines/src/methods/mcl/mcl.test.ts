import { useCpuBackend } from '@umbra/testing'
import { beforeAll } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { mclGolden } from './mcl.golden.js'

beforeAll(useCpuBackend)

describePublished(mclGolden, 'mcl')
