import { defineHooks, definePlugin, tf, z } from '@umbra/core'

/** Gradient centralisation (Yong et al., ECCV 2020): subtracts the mean from the gradient of each output channel. */
const centredGradients = defineHooks({
  id: 'centred-gradients',
  summary: 'Takes the mean out of the gradient of every kernel, output channel by output channel.',
  options: z.strictObject({}),
  create: () => ({
    gradients: (gradients) =>
      Object.fromEntries(
        Object.entries(gradients).map(([name, gradient]) => {
          const inputs = gradient.shape.slice(0, -1).map((_, axis) => axis)
          return [name, inputs.length === 0 ? gradient : tf.sub(gradient, tf.mean(gradient, inputs, true))]
        }),
      ),
  }),
})

export default definePlugin({
  name: 'centred-gradients',
  version: '1.0.0',
  contract: 1,
  provides: [centredGradients],
})
