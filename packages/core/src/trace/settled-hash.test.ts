import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { tf } from '../tf.js'
import { settledHash } from './settled-hash.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const hashOf = (code: (x: tf.Tensor) => tf.Tensor): string | undefined =>
  tf.tidy(() => {
    const x = tf.ones([3])
    return settledHash((record) => {
      record.name(x, 'x')
      return tf.tidy(() => record.hashOf(code(x)))
    })
  })

it('is of what every call records', () => {
  expect(hashOf((x) => tf.exp(x))).toMatch(/^[0-9a-f]{64}$/)
  expect(hashOf((x) => tf.exp(x))).toBe(hashOf((x) => tf.exp(x)))
})

it('is the same whether or not something kept was made before', () => {
  let kept: tf.Tensor | undefined
  onTestFinished(() => kept?.dispose())
  const code = (x: tf.Tensor): tf.Tensor => tf.add(x, (kept ??= tf.keep(tf.exp(tf.scalar(2)))))
  const first = hashOf(code)
  expect(first).toBeDefined()
  expect(hashOf(code)).toBe(first)
})

it('is not made of what differs from call to call, reads values or throws', () => {
  let calls = 0
  expect(hashOf((x) => tf.mul(x, ++calls))).toBeUndefined()
  expect(hashOf((x) => tf.mul(x, tf.randomUniform([3])))).toBeUndefined()
  expect(hashOf((x) => tf.mul(x, x.dataSync()[0]!))).toBeUndefined()
  expect(
    hashOf(() => {
      throw new RangeError('no')
    }),
  ).toBeUndefined()
})
