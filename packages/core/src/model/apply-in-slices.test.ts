import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it } from 'vitest'
import { toyModel } from '../../test/toy-cohort.js'
import { tf } from '../tf.js'
import { applyInSlices } from './apply-in-slices.js'
import { tapModel } from './tapped-model.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

it('gives logits and taps of the whole batch, also where it cannot be divided', () => {
  const model = tapModel(toyModel(3), ['stage1'], { stage1: 'relu' }, 'toy')
  for (const batch of [8, 7])
    tf.tidy(() => {
      const images = tf.randomNormal([batch, 6, 6, 1])
      const whole = model.apply(images, false)
      const sliced = applyInSlices(model, images, 4)
      expect(sliced.logits.shape).toEqual(whole.logits.shape)
      expect(sliced.taps.stage1!.shape).toEqual(whole.taps.stage1!.shape)
      const apart = tf.max(tf.abs(tf.sub(sliced.taps.stage1!, whole.taps.stage1!)))
      expect(apart.dataSync()[0]).toBeLessThan(1e-6)
      expect(tf.max(tf.abs(tf.sub(sliced.logits, whole.logits))).dataSync()[0]).toBeLessThan(1e-6)
    })
})
