import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { type RecipeInput, recipeSchema } from '../recipe/recipe.js'
import { assemble } from '../registry/registry.js'
import { tf } from '../tf.js'
import { clipGradients } from './clip-gradients.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Runs an optimiser on w of gradient 2w + 1 and returns w after each step. */
function descend(input: NonNullable<RecipeInput['optimiser']>, steps: number): number[] {
  const recipe = recipeSchema.parse({ optimiser: input })
  const { recipes } = assemble([])
  const optimiser = recipes.optimiser(recipe)
  let weight: tf.Tensor = tf.scalar(1)
  let state = optimiser.initial(weight)
  return Array.from({ length: steps }, (_, i) => {
    const numbers = { ...optimiser.scalars(i + 1, recipes.rate(recipe).lr), step: i + 1 }
    const scalars = mapRecord(numbers, (value) => tf.scalar(value))
    const update = optimiser.update(weight, tf.add(tf.mul(weight, 2), 1), state, scalars)
    weight = update.weight
    state = update.state
    return weight.dataSync()[0]!
  })
}

const mapRecord = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))

describe('an optimiser of the core', () => {
  // References: the same recursions in double precision, written from PyTorch's documentation of each optimiser.
  it.each([false, true])('sgd with momentum and weight decay follows PyTorch (nesterov %s)', (nesterov) => {
    let [w, m] = [1, 0]
    const expected = Array.from({ length: 6 }, () => {
      const g = 2 * w + 1 + 0.1 * w
      m = 0.9 * m + g
      w -= 0.05 * (nesterov ? g + 0.9 * m : m)
      return w
    })
    const options = { kind: 'sgd', lr: 0.05, momentum: 0.9, nesterov, weightDecay: 0.1 } as const
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
    descend({ kind, lr: 0.01, weightDecay: 0.1 }, 6).forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i]!, 5),
    )
  })

  it('sgd without momentum carries nothing', () => {
    const recipe = recipeSchema.parse({ optimiser: { kind: 'sgd', momentum: 0 } })
    expect(assemble([]).recipes.optimiser(recipe).initial(tf.scalar(1))).toEqual({})
    expect(descend({ kind: 'sgd', lr: 0.1, momentum: 0, weightDecay: 0 }, 1)[0]).toBeCloseTo(0.7, 6)
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
