import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'

it.skipIf(!hasTensorflow)(
  `a traced step takes operations whose types the library infers when run at once${withoutTensorflow}`,
  async () => {
    const engine = await createEngine('tensorflow')
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
    ])
    const other = tf.tensor2d([
      [5, 6],
      [7, 9],
    ])
    const step = engine.compile(
      ({ input }) => ({
        float: tf.expandDims(input!, 1),
        int: tf.expandDims(tf.cast(input!, 'int32'), 0),
        bool: tf.expandDims(tf.greater(input!, 2), 2),
      }),
      { name: 'expand', examples: [{ input: x }, { input: other }] },
    )
    const { float, int, bool } = step.run({ input: x })
    expect(float!.arraySync()).toEqual([[[1, 2]], [[3, 4]]])
    expect(int!.arraySync()).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ])
    expect(bool!.arraySync()).toEqual([
      [[0], [0]],
      [[1], [1]],
    ])
    step.dispose()
  },
)
