import * as tf from '@tensorflow/tfjs-core'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { eagerStep } from './eager-step.js'

beforeAll(useCpuBackend)

describe('eagerStep', () => {
  it('runs the step, and leaves nothing behind but its outputs', () => {
    const weight = tf.variable(tf.scalar(1))
    const step = eagerStep(({ x }) => {
      const loss = () => tf.sum<tf.Scalar>(tf.square(tf.sub(tf.mul(weight, x!), 3)))
      const { value, grads } = tf.variableGrads(loss, [weight])
      weight.assign(tf.sub(weight, tf.mul(grads[weight.name]!, 0.1)))
      return { loss: value }
    })
    const x = tf.tensor1d([1])
    const before = tf.memory().numTensors
    const losses: number[] = []
    for (let i = 0; i < 3; i++) {
      const { loss } = step.run({ x })
      expect(tf.memory().numTensors).toBe(before + 1)
      losses.push(loss!.dataSync()[0]!)
      loss!.dispose()
    }
    expect(tf.memory().numTensors).toBe(before)
    // d/dw (w - 3)^2 = 2 (w - 3): the distance shrinks to 0.8 of itself each time.
    const expected = [4, 4 * 0.64, 4 * 0.64 ** 2]
    losses.forEach((loss, i) => expect(loss).toBeCloseTo(expected[i]!, 5))
  })

  it('hands out tensors of their own where a step returns an input, a variable, or one tensor twice', () => {
    const weight = tf.variable(tf.scalar(5))
    const step = eagerStep(({ x }) => {
      const doubled = tf.mul(x!, 2)
      return { x: x!, weight, doubled, again: doubled }
    })
    const x = tf.scalar(2)
    const outputs = step.run({ x })
    const values = () => Object.values(outputs).map((tensor) => tensor.dataSync()[0])
    expect(values()).toEqual([2, 5, 4, 4])
    expect(new Set([x, weight, ...Object.values(outputs)]).size).toBe(6)
    outputs.x?.dispose()
    outputs.weight?.dispose()
    outputs.doubled?.dispose()
    expect([x.dataSync()[0], weight.dataSync()[0], outputs.again?.dataSync()[0]]).toEqual([2, 5, 4])
  })
})
