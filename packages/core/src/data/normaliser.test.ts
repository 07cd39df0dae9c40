import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { tf } from '../tf.js'
import { createNormaliser } from './normaliser.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('createNormaliser', () => {
  it('is (byte / scale - mean) / std per channel, and gives its tensors back', () => {
    const before = tf.memory().numTensors
    const normaliser = createNormaliser({ scale: 255, mean: [0.5, 0.25], std: [0.2, 0.5] })
    const bytes = tf.tensor(Uint8Array.of(0, 255, 51, 102), [1, 1, 2, 2], 'int32')
    const out = tf.tidy(() => normaliser.apply(bytes))
    expect(out.dtype).toBe('float32')
    const expected = [-2.5, 1.5, -1.5, 0.3]
    out.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
    tf.dispose([bytes, out])
    normaliser.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
