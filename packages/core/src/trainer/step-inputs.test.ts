import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it } from 'vitest'
import { toyImages } from '@umbra/testing'
import { createBatches } from '../data/batches.js'
import { tf } from '../tf.js'
import { createScalarTable } from './scalar-table.js'
import { stepInputs } from './step-inputs.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

it('takes schedules at the middle of a step, and counts steps from one', () => {
  const set = toyImages(20)
  const shape = [6, 6, 1] as const
  const batches = createBatches(set, shape, 5, { seed: 1, augment: { crop: 0, flip: false } })
  expect(batches.stepsPerEpoch).toBe(4)
  const table = createScalarTable({
    epoch: { kind: 'linear', from: 0, to: 8 },
    last: { kind: 'steps', values: [1, 2], milestones: [7.875] },
    step: ({ step }) => step,
  })
  const at = (step: number): number[] => {
    const inputs = stepInputs(step, [], table, { batches, shape, epochs: 8, allLabels: set.labels })
    const values = [...(inputs.scalars?.dataSync() ?? [])]
    tf.dispose(inputs)
    return values
  }
  const before = tf.memory().numTensors
  expect(at(0)).toEqual([0.125, 1, 1])
  expect(at(5)).toEqual([1.375, 1, 6])
  // The middle of the last of 32 steps.
  expect(at(31)).toEqual([7.875, 2, 32])
  expect(tf.memory().numTensors).toBe(before)
})
