import { defineOptimiser, tf, z } from '@umbra/core'

/**
 * Lookahead (Zhang et al. 2019, algorithm 1): an inner optimiser moves the weights; every `every` steps slow weights go a part of the way
 * to them, `slow <- slow + part * (w - slow)`, and the weights start again from there, `w <- slow`. The inner optimiser keeps its state.
 */
export const lookahead = defineOptimiser({
  id: 'lookahead',
  summary: 'Lookahead: another optimiser, whose weights are pulled back to slow ones every few steps.',
  formula: 'every k steps: slow <- slow + part * (w - slow); w <- slow',
  paper: {
    title: 'Lookahead Optimizer: k steps forward, 1 step back',
    venue: 'NeurIPS 2019',
    arxiv: '1907.08610',
    equations: 'algorithm 1',
  },
  options: z.strictObject({
    lr: z.number().positive().default(0.001).describe('learning rate of the inner optimiser'),
    every: z.int().positive().default(5).describe('steps from one pull to the next, k in the paper'),
    part: z.number().min(0).max(1).default(0.5).describe('part of the way that slow weights go'),
    inner: z
      .looseObject({ kind: z.string() })
      .refine((inner) => !('lr' in inner), { error: 'expected no lr in it: that of lookahead is used' })
      .default({ kind: 'adam' })
      .describe('optimiser by kind, with its options but lr'),
  }),
  create: ({ every, part, inner }, optimiser) => {
    const fast = optimiser(inner)
    return {
      state: (weight) => ({ ...withPrefix(fast.state?.(weight) ?? {}), slow: weight }),
      scalars: (step, learningRate) => ({
        ...fast.scalars?.(step, learningRate),
        pull: step % every === 0 ? 1 : 0,
      }),
      // State and scalars are those made above.
      update: (weight, gradient, state, scalars) => {
        const moved = fast.update(weight, gradient, withoutPrefix(state), scalars)
        const pulled = tf.add(state.slow!, tf.mul(tf.sub(moved.weight, state.slow!), part))
        const due = tf.greater(scalars.pull!, 0)
        return {
          weight: tf.where(due, pulled, moved.weight),
          state: { ...withPrefix(moved.state ?? {}), slow: tf.where(due, pulled, state.slow!) },
        }
      },
    }
  },
})

const INNER = 'inner/'
const withPrefix = <T>(state: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [`${INNER}${name}`, value]))
const withoutPrefix = <T>(state: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(state).flatMap(([name, value]) =>
      name.startsWith(INNER) ? [[name.slice(INNER.length), value] as const] : [],
    ),
  )
