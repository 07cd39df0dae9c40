import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { optimiserSchema, type OptimiserOptions } from '../recipe/recipe.js'
import { tf } from '../tf.js'
import { clipGradients } from './clip-gradients.js'
import { createOptimiser } from './create-optimiser.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Runs an optimiser on w of gradient 2w + 1 and returns w after each step. */
function descend(options: OptimiserOptions, steps: number): number[] {
  const optimiser = createOptimiser(options)
  let value: ReturnType<typeof tf.tensor> = tf.scalar(1)
  let slots = Object.fromEntries(
    optimiser.slots.map((slot) => [slot, tf.scalar(0) as ReturnType<typeof tf.tensor>]),
  )
  return Array.from({ length: steps }, (_, i) => {
    const scalars = Object.fromEntries(
      Object.entries(optimiser.scalars(i + 1, options.lr)).map(([name, number]) => [name, tf.scalar(number)]),
    )
    const gradient = tf.add(tf.mul(value, 2), 1)
    const update = optimiser.update(value, gradient, slots, scalars)
    value = update.value
    slots = { ...update.slots }
    return value.dataSync()[0]!
  })
}

describe('createOptimiser', () => {
  // References: the same recursions in double precision, written from PyTorch's documentation of each optimiser.
  it.each([false, true])('sgd with momentum and weight decay follows PyTorch (nesterov %s)', (nesterov) => {
    let [w, m] = [1, 0]
    const expected = Array.from({ length: 6 }, () => {
      const g = 2 * w + 1 + 0.1 * w
      m = 0.9 * m + g
      w -= 0.05 * (nesterov ? g + 0.9 * m : m)
      return w
    })
    const options = optimiserSchema.parse({
      kind: 'sgd',
      lr: 0.05,
      momentum: 0.9,
      nesterov,
      weightDecay: 0.1,
    })
    descend(options, 6).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
  })

  it.each(['adam', 'adamw'] as const)('%s follows PyTorch', (kind) => {
    let [w, m, v] = [1, 0, 0]
    const expected = Array.from({ length: 6 }, (_, i) => {
      const g = 2 * w + 1 + (kind === 'adam' ? 0.1 * w : 0)
      if (kind === 'adamw') w *= 1 - 0.01 * 0.1
      m = 0.9 * m + 0.1 * g
      v = 0.999 * v + 0.001 * g * g
      const t = i + 1
      w -= ((0.01 / (1 - 0.9 ** t)) * m) / (Math.sqrt(v) / Math.sqrt(1 - 0.999 ** t) + 1e-8)
      return w
    })
    const options = optimiserSchema.parse({ kind, lr: 0.01, weightDecay: 0.1 })
    descend(options, 6).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
  })

  it('sgd without momentum has no slots', () => {
    expect(createOptimiser(optimiserSchema.parse({ kind: 'sgd', momentum: 0 })).slots).toEqual([])
  })
})

describe('clipGradients', () => {
  it('brings the common norm down to the limit and leaves smaller gradients alone', () => {
    const gradients = { a: tf.tensor1d([3, 0]), b: tf.tensor1d([0, 4]) }
    const clipped = clipGradients(gradients, 1)
    const values = [...clipped.a!.dataSync(), ...clipped.b!.dataSync()]
    expect(Math.hypot(...values)).toBeCloseTo(1, 5)
    expect(values[0]! / values[3]!).toBeCloseTo(0.75, 5)
    expect([...clipGradients(gradients, 10).b!.dataSync()]).toEqual([0, 4])
  })
})
