import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { itLearnsFromTheLast, itLeavesNoTensor, tinyStudent } from '../../../test/chain-method.js'
import { ban } from './ban.js'

beforeAll(useCpuBackend)

itLearnsFromTheLast(ban)
itLeavesNoTensor(ban)

const assistants = (generations: number) => ban.assistants?.(ban.options.parse({ generations }), tinyStudent)

it('makes one assistant fewer than generations, all like the student', () => {
  const trained = assistants(3) ?? []
  expect(trained.map(({ model, teachers }) => [model, teachers])).toEqual([
    [tinyStudent, 'last'],
    [tinyStudent, 'last'],
  ])
  const [first, second] = trained
  expect(first?.identity).not.toEqual(second?.identity)
  expect(assistants(1)).toEqual([])
})
