import { z } from 'zod'
import { defineOptimiser, type Optimiser, type OptimiserDefinition } from '../../src/contracts/optimiser.js'
import type { CheckName } from '../../src/testing/conformance/verdict.js'
import { tf } from '../../src/tf.js'

const options = z.strictObject({ lr: z.number().positive().default(0.01).describe('learning rate') })
const optimiser = (id: string, create: (options: { readonly lr: number }) => Optimiser) =>
  defineOptimiser({ id, summary: id, options, create })

const momentum: Optimiser = {
  state: (weight) => ({ velocity: tf.zerosLike(weight) }),
  update: (weight, gradient, { velocity }, { learningRate }) => {
    const next = tf.add(tf.mul(velocity!, 0.9), gradient)
    return { weight: tf.sub(weight, tf.mul(next, learningRate)), state: { velocity: next } }
  },
}
export const soundOptimiser: OptimiserDefinition = optimiser('sound', () => momentum)

/** Known bugs of optimisers, each with the check that must find it. */
export const WRONG_OPTIMISERS: readonly (readonly [CheckName, RegExp, OptimiserDefinition])[] = [
  ['options', /Use z\.strictObject/, { ...soundOptimiser, options: z.object(options.shape) }],
  [
    'update',
    /new "weight" .*expected a tensor \[\] float32, received \[1, 1\]/,
    // A norm of each row, as of a matrix.
    optimiser('broadcasts', () => ({
      update: (weight, gradient, _, { learningRate }) => ({
        weight: tf.sub(
          weight,
          tf.mul(tf.mul(gradient, learningRate), tf.reshape(tf.onesLike(weight), [-1, 1])),
        ),
      }),
    })),
  ],
  [
    'update',
    /must leave its arguments as they are/,
    optimiser('in-place', () => ({
      ...momentum,
      update: (weight, ...rest) => {
        const next = momentum.update(weight, ...rest)
        if (weight instanceof tf.Variable) weight.assign(next.weight)
        return next
      },
    })),
  ],
  [
    'purity',
    /kept between calls/,
    optimiser('own-velocity', () => {
      let step = 0
      return {
        ...momentum,
        update: (weight, gradient, state, scalars) => {
          step += 1
          return momentum.update(weight, tf.div(gradient, 1 - 0.9 ** step), state, scalars)
        },
      }
    }),
  ],
  [
    'purity',
    /An update must not read values/,
    optimiser('reads-the-rate', () => ({
      ...momentum,
      update: (weight, gradient, state, scalars) => {
        const rate = scalars.learningRate.dataSync()[0]!
        return momentum.update(weight, gradient, state, { ...scalars, learningRate: tf.scalar(rate) })
      },
    })),
  ],
  [
    'finite',
    /with a weight of zeros they do not/,
    // LAMB and LARS without the case of a weight of zeros.
    optimiser('unguarded-ratio', () => ({
      update: (weight, gradient, _, { learningRate }) => {
        const ratio = tf.div(tf.norm(weight), tf.norm(gradient))
        const safe = tf.where(tf.greater(tf.norm(gradient), 0), ratio, tf.onesLike(ratio))
        return {
          weight: tf.sub(weight, tf.mul(tf.mul(gradient, learningRate), tf.div(tf.square(safe), safe))),
        }
      },
    })),
  ],
  [
    'update',
    /scalar "correction" at step 1 .*expected a finite number, received Infinity/,
    // Steps counted from 0.
    optimiser('first-step', () => ({
      ...momentum,
      scalars: (step) => ({ correction: 1 / (1 - 0.9 ** (step - 1)) }),
    })),
  ],
  [
    'follows',
    /must stay where the learning rate is 0/,
    optimiser('own-rate', ({ lr }) => ({
      ...momentum,
      update: (weight, gradient, state, scalars) =>
        momentum.update(weight, gradient, state, { ...scalars, learningRate: tf.scalar(lr) }),
    })),
  ],
  [
    'descends',
    /Is the sign of the step right/,
    optimiser('uphill', () => ({
      ...momentum,
      update: (weight, gradient, ...rest) => momentum.update(weight, tf.neg(gradient), ...rest),
    })),
  ],
  [
    'leaks',
    /two left 2/,
    optimiser('keeps', () => ({
      ...momentum,
      update: (...all) => {
        const next = momentum.update(...all)
        tf.keep(tf.clone(next.weight))
        return next
      },
    })),
  ],
  [
    'resume',
    /must be the bits of four steps/,
    optimiser('counts-its-steps', () => {
      let steps = 0
      return {
        ...momentum,
        scalars: () => ({ correction: 1 - 0.9 ** ++steps }),
        update: (weight, gradient, state, scalars) =>
          momentum.update(weight, tf.mul(gradient, scalars.correction!), state, scalars),
      }
    }),
  ],
]
