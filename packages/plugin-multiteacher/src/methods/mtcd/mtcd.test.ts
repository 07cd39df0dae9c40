import type { z } from '@umbra/core'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, it } from 'vitest'
import { expectCopiesToCountOnce, expectProjectorsForEach } from '../../../test/expect-teachers.js'
import { parts } from '../../../test/several-teachers.js'
import { mtcd } from './mtcd.js'

beforeAll(useCpuBackend)

const objective = (options: z.input<typeof mtcd.options>) =>
  mtcd.objective(mtcd.options.parse(options), parts)

it.each(['crd', 'infonce'] as const)(
  'the number of identical teachers does not change the terms, form %s',
  (form) => expectCopiesToCountOnce(objective({ form })),
)

it('has embeddings of their own for teachers of different widths and sizes', () =>
  expectProjectorsForEach(objective({})))
