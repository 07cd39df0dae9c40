import { useCpuBackend } from '@umbra/testing'
import { beforeAll, it } from 'vitest'
import { expectCopiesToCountOnce } from '../../../test/expect-teachers.js'
import { parts } from '../../../test/several-teachers.js'
import { mkd } from './mkd.js'

beforeAll(useCpuBackend)

it.each(['average', 'entropy', 'confidence', 'adaptive'])(
  'the number of identical teachers does not change the terms, weighting %s',
  (weighting) => expectCopiesToCountOnce(mkd.objective(mkd.options.parse({ weighting }), parts)),
)
