import { definePlugin, type OptimiserDefinition, tf } from '@umbra/core'
import { assemble, recipeSchema } from '@umbra/core/trainer'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { lamb } from './lamb.js'
import { lookahead } from './lookahead.js'
import { rmsprop } from './rmsprop.js'

beforeAll(useCpuBackend)

const gradientOf = (w: number, i: number): number => (2 + i) * w + 1 - i

/** Weights of two numbers after each step on a sum of parabolas. */
function descend(definition: OptimiserDefinition, options: object, steps: number): number[][] {
  const plugin = definePlugin({ name: 'one', version: '1.0.0', contract: 1, provides: [definition] })
  const { recipes } = assemble([plugin])
  const recipe = recipeSchema.parse({ optimiser: { kind: definition.id, ...options } })
  const optimiser = recipes.optimiser(recipe)
  return tf.tidy(() => {
    let weight: tf.Tensor = tf.tensor1d([1, -0.5])
    let state = optimiser.initial(weight)
    return Array.from({ length: steps }, (_, i) => {
      const numbers = { ...optimiser.scalars(i + 1, recipes.rate(recipe).lr), step: i + 1 }
      const scalars = Object.fromEntries(
        Object.entries(numbers).map(([name, value]) => [name, tf.scalar(value)]),
      )
      const gradient = tf.tensor1d([...weight.dataSync()].map(gradientOf))
      ;({ weight, state } = optimiser.update(weight, gradient, state, scalars))
      return [...weight.dataSync()]
    })
  })
}

/** The same in double precision: `step` takes weights, gradients and the number of the step from 1. */
const reference = (
  steps: number,
  step: (w: readonly number[], g: readonly number[], t: number) => readonly number[],
): (readonly number[])[] => {
  let w: readonly number[] = [1, -0.5]
  return Array.from({ length: steps }, (_, i) => (w = step(w, w.map(gradientOf), i + 1)))
}
function expectClose(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((row, i) => row.forEach((value, k) => expect(value).toBeCloseTo(expected[i]![k]!, 5)))
}

describe('rmsprop', () => {
  // torch.optim.RMSprop, as its documentation writes it.
  it.each([
    { momentum: 0, centred: false, weightDecay: 0 },
    { momentum: 0.9, centred: false, weightDecay: 0.1 },
    { momentum: 0.5, centred: true, weightDecay: 0 },
  ])('follows PyTorch, with %j', ({ momentum, centred, weightDecay }) => {
    const [v, a, b] = [
      [0, 0],
      [0, 0],
      [0, 0],
    ]
    const expected = reference(8, (w, g) =>
      w.map((value, i) => {
        const d = g[i]! + weightDecay * value
        v[i] = 0.9 * v[i]! + 0.1 * d * d
        a[i] = 0.9 * a[i]! + 0.1 * d
        const spread = centred ? v[i] - a[i] ** 2 : v[i]
        b[i] = momentum * b[i]! + d / (Math.sqrt(spread) + 1e-8)
        return value - 0.01 * b[i]
      }),
    )
    const options = { lr: 0.01, alpha: 0.9, momentum, centred, weightDecay }
    expectClose(descend(rmsprop, options, 8), expected)
  })

  it('takes a first step of lr / sqrt(1 - alpha), whatever the gradient', () => {
    const [first] = descend(rmsprop, { lr: 0.01 }, 1)
    expectClose([first!], [[1 - 0.1, -0.5 + 0.1]])
  })
})

describe('lamb', () => {
  it.each([0, 0.1])('follows algorithm 2, with a decay of %d', (weightDecay) => {
    const [m, v] = [
      [0, 0],
      [0, 0],
    ]
    const expected = reference(8, (w, g, t) => {
      const direction = w.map((value, i) => {
        m[i] = 0.9 * m[i]! + 0.1 * g[i]!
        v[i] = 0.999 * v[i]! + 0.001 * g[i]! ** 2
        const r = m[i] / (1 - 0.9 ** t) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-6)
        return r + weightDecay * value
      })
      const ratio = Math.hypot(...w) / Math.hypot(...direction)
      return w.map((value, i) => value - 0.02 * ratio * direction[i]!)
    })
    expectClose(descend(lamb, { lr: 0.02, weightDecay }, 8), expected)
  })

  it('takes a first step of lr times the length of the weights', () => {
    const [first] = descend(lamb, { lr: 0.02 }, 1)
    expect(Math.hypot(first![0]! - 1, first![1]! + 0.5)).toBeCloseTo(0.02 * Math.hypot(1, 0.5), 6)
  })
})

describe('lookahead', () => {
  it('goes half-way back to where it was after every k steps of the inner optimiser', () => {
    let [slow, u] = [
      [1, -0.5],
      [0, 0],
    ]
    const expected = reference(7, (w, g, t) => {
      u = u.map((value, i) => 0.9 * value + g[i]!)
      const fast = w.map((value, i) => value - 0.02 * u[i]!)
      if (t % 3 > 0) return fast
      slow = slow.map((value, i) => value + 0.5 * (fast[i]! - value))
      return slow
    })
    const inner = { kind: 'sgd', momentum: 0.9, weightDecay: 0 }
    expectClose(descend(lookahead, { lr: 0.02, every: 3, inner }, 7), expected)
  })

  it('is the inner optimiser where it goes the whole way', () => {
    const inner = { kind: 'adam', beta1: 0.8 }
    const { recipes } = assemble([])
    const adam = recipes.optimiser(recipeSchema.parse({ optimiser: { ...inner, kind: 'adam', lr: 0.1 } }))
    expect(Object.keys(adam.initial(tf.scalar(1)))).toEqual(['m', 'v'])
    const all = descend(lookahead, { lr: 0.1, part: 1, every: 1, inner }, 6)
    const [m, v] = [
      [0, 0],
      [0, 0],
    ]
    const expected = reference(6, (w, g, t) =>
      w.map((value, i) => {
        m[i] = 0.8 * m[i]! + 0.2 * g[i]!
        v[i] = 0.999 * v[i]! + 0.001 * g[i]! ** 2
        return value - ((0.1 / (1 - 0.8 ** t)) * m[i]) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8)
      }),
    )
    expectClose(all, expected)
  })

  it.each([
    [{ kind: 'adma' }, /unknown optimiser "adma"\. Did you mean "adam"/],
    [{ kind: 'adam', beta: 1 }, /unknown option "beta" of optimiser "adam"/],
    [{ kind: 'adam', lr: 1 }, /expected no lr in it/],
    [3, /option "inner" of optimiser "lookahead"/],
  ])('refuses the inner optimiser %j', (inner, message) => {
    expect(() => descend(lookahead, { inner }, 1)).toThrow(message)
  })
})
