import { useCpuBackend } from '@umbra/testing'
import { beforeAll, it } from 'vitest'
import { expectCopiesToCountOnce, expectProjectorsForEach } from '../../../test/expect-teachers.js'
import { parts } from '../../../test/several-teachers.js'
import { umbra } from './umbra.js'

beforeAll(useCpuBackend)

it('gives the same terms for any number of identical teachers', () =>
  expectCopiesToCountOnce(umbra.objective(umbra.options.parse({ weighting: 'confidence' }), parts)))

it('has embeddings of their own for teachers of different widths and sizes', () =>
  expectProjectorsForEach(umbra.objective(umbra.options.parse({}), parts)))
