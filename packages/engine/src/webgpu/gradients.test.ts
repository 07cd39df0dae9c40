import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { normal } from '../testing/both-backends.js'
import { LOSSES } from '../testing/losses.js'
import { expectSameOnWebgpu, hasWebgpu, withoutWebgpu } from '../testing/webgpu.js'

/** WGSL promises sines to 2^-11 only. */
const TOLERANCE = 5e-4

describe.skipIf(!hasWebgpu)(`gradients on webgpu agree with cpu${withoutWebgpu}`, () => {
  it.each(Object.entries(LOSSES))('%s', (_, loss) =>
    expectSameOnWebgpu(
      () => [loss(normal([4, 6, 6, 8], 1)), tf.grad(loss)(normal([4, 6, 6, 8], 1))],
      TOLERANCE,
    ),
  )
})
