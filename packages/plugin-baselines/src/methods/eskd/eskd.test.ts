import { evaluateObjective, noParts } from '@umbra/core/testing'
import { logSoftmax64, useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { itLeavesNoTensor } from '../../../test/chain-method.js'
import { kl64 } from '../../../test/kl64.js'
import { eskd } from './eskd.js'

beforeAll(useCpuBackend)

itLeavesNoTensor(eskd)

it('is distillation before the stop and labels alone after it', () => {
  const objective = eskd.objective(eskd.options.parse({ stopEpoch: 3 }), noParts)
  const input = { student: [[1, 2, 0]], teachers: [[[0, 3, 1]]], labels: [1], epochs: 6 }
  const before = evaluateObjective(objective, { ...input, epoch: 2.9 })
  const after = evaluateObjective(objective, { ...input, epoch: 3 })
  const ce = -(logSoftmax64([1, 2, 0])[1] ?? Number.NaN)
  expect(before.loss).toBeCloseTo(0.1 * ce + 0.9 * kl64([0, 3, 1], [1, 2, 0], 4), 5)
  expect(after.loss).toBeCloseTo(ce, 5)
})
