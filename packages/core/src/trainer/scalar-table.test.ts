import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { tf } from '../tf.js'
import { createScalarTable } from './scalar-table.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('createScalarTable', () => {
  it('packs schedules, constants and computed numbers, and unpacks them by name', () => {
    const table = createScalarTable({
      fixed: 0.25,
      ramp: { kind: 'linear', from: 0, to: 8 },
      step: ({ step }) => step,
    })
    const scalars = table.unpack(tf.tensor1d(table.values({ step: 3, epoch: 1, epochs: 4 })))
    expect(Object.fromEntries(Object.entries(scalars).map(([name, s]) => [name, s.dataSync()[0]]))).toEqual({
      fixed: 0.25,
      ramp: 2,
      step: 3,
    })
    expect(scalars.ramp!.shape).toEqual([])
  })
})
