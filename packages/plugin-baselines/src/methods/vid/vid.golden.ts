import { entryOf, tf, z } from '@umbra/core'
import { goldenInput } from '@umbra/core/testing'
import { type GoldenFamily, goldenFamily } from '../../shared/golden-family.js'
import { evaluateLoss } from '../../shared/golden-loss.js'
import { toChannelsLast } from '../../shared/golden-maps.js'
import { variationalLoss } from './vid.js'

const TRAINED = ['student_feat', 'conv1', 'conv2', 'conv3', 'log_scale'] as const

/** Published numbers of the variational loss. */
export const vidGolden: GoldenFamily = goldenFamily({
  id: 'vid',
  summary: 'The variational loss of method vid, its regressor included.',
  // The variance before training is in `log_scale` already.
  hyper: z.strictObject({ init_pred_var: z.number().gt(0).optional(), eps: z.number().gt(0).optional() }),
  evaluate: (golden, { eps }) => {
    const hint = toChannelsLast(goldenInput(golden, 'teacher_feat'))
    const trained = Object.fromEntries(TRAINED.map((name) => [name, goldenInput(golden, name)]))
    return evaluateLoss(trained, (inputs) => {
      const input = (name: (typeof TRAINED)[number]) => entryOf(inputs, name)
      // Kernels stand as [outputs, inputs, 1, 1].
      const kernel = (x: tf.Tensor) => tf.transpose<tf.Tensor2D>(tf.squeeze(x, [2, 3]))
      const regressor = {
        kernels: [kernel(input('conv1')), kernel(input('conv2')), kernel(input('conv3'))],
        logScale: input('log_scale') as tf.Tensor1D,
      } as const
      const map = toChannelsLast(input('student_feat'))
      return { loss: tf.mean(variationalLoss(map, hint, regressor, { epsilon: eps })) }
    })
  },
})
