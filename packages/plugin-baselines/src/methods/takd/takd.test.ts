import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { itLearnsFromTheLast, itLeavesNoTensor, tinyStudent } from '../../../test/chain-method.js'
import { describePublished } from '../../../test/describe-published.js'
import { takdGolden } from './takd.golden.js'
import { takd } from './takd.js'

beforeAll(useCpuBackend)

describePublished(takdGolden)
itLearnsFromTheLast(takd)
itLeavesNoTensor(takd)

const assistants = (options: object) => takd.assistants?.(takd.options.parse(options), tinyStudent) ?? []

it('trains its assistants in order, each on the one before it', () => {
  const trained = assistants({ assistants: ['a', { id: 'b', options: { width: 3 } }] })
  expect(trained.map(({ model, teachers }) => [model, teachers])).toEqual([
    [{ id: 'a', options: {} }, 'last'],
    [{ id: 'b', options: { width: 3 } }, 'last'],
  ])
  expect(new Set(trained.map(({ label }) => label)).size).toBe(2)
})

it('tells assistants of other temperatures apart', () => {
  const identities = (temperature: number) => assistants({ temperature }).map(({ identity }) => identity)
  expect(identities(4)).toHaveLength(1)
  expect(identities(4)).not.toEqual(identities(5))
})
