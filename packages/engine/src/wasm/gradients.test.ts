import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectSame, normal } from '../testing/both-backends.js'
import { LOSSES } from '../testing/losses.js'

describe('gradients on wasm agree with cpu', () => {
  it.each(Object.entries(LOSSES))('%s', (_, loss) =>
    expectSame(() => [loss(normal([4, 6, 6, 8], 1)), tf.grad(loss)(normal([4, 6, 6, 8], 1))], 1e-5),
  )
})
