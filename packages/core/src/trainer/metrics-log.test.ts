import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { tf } from '../tf.js'
import type { Arm } from './arm.js'
import { createMetricsLog, emptySums, meansOf } from './metrics-log.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const arm = (id: string): Arm =>
  ({ spec: { id, objective: { weights: { ce: 1, kd: 2 } } } }) as unknown as Arm

describe('createMetricsLog', () => {
  it('reads several steps at once, sums them, and names arms that diverged', async () => {
    const before = tf.memory().numTensors
    const sums = new Map([
      ['a', emptySums()],
      ['b', emptySums()],
    ])
    const log = createMetricsLog([arm('a'), arm('b')], sums)
    log.add({ 'metrics/a': tf.tensor1d([3, 0.5, 1, 1]), 'metrics/b': tf.tensor1d([NaN, 0, 1, NaN]) })
    log.add({ 'metrics/a': tf.tensor1d([1, 1, 0, 0.5]), 'metrics/b': tf.tensor1d([1, 0, 1, 1]) })
    const { last, diverged } = await log.flush()
    expect(last.a).toEqual({ loss: 1, accuracy: 1, terms: { ce: 0, kd: 0.5 } })
    expect(diverged).toEqual(['b'])
    expect(meansOf(sums.get('a')!)).toEqual({ loss: 2, accuracy: 0.75, terms: { ce: 0.5, kd: 0.75 } })
    expect(await log.flush()).toEqual({ last: {}, diverged: [] })
    expect(tf.memory().numTensors).toBe(before)
  })
})
