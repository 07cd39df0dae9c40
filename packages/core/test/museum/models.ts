import type { Tensor } from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { z } from 'zod'
import { type ModelContext, type ModelDefinition, defineModel } from '../../src/contracts/model.js'
import type { CheckName } from '../../src/testing/conformance/verdict.js'
import { tf } from '../../src/tf.js'

interface Changes {
  readonly seed?: ((layer: string) => number) | null
  readonly name?: string
  readonly activation?: 'softmax'
  readonly units?: number
  /** Between the pixels and the logits. */
  readonly middle?: () => tfl.layers.Layer
}

const linear = ({ inputShape, classes, seedFor }: ModelContext, changes: Changes = {}): tfl.Sequential => {
  const { seed = seedFor, name = 'logits', activation, units = classes, middle } = changes
  return tfl.sequential({
    layers: [
      tfl.layers.flatten({ name: 'pixels', inputShape: [...inputShape] }),
      ...(middle === undefined ? [] : [middle()]),
      tfl.layers.dense({
        ...{ name, units },
        ...(activation === undefined ? {} : { activation }),
        kernelInitializer: tfl.initializers.glorotUniform(seed === null ? {} : { seed: seed('logits') }),
      }),
    ],
  })
}

const model = (
  id: string,
  build: (context: ModelContext) => tfl.LayersModel,
  taps: Readonly<Record<string, string>> = { pixels: 'pixels' },
): ModelDefinition => defineModel({ id, summary: id, options: z.strictObject({}), taps, build })

export const soundModel: ModelDefinition = model('sound', (context) => linear(context))

/** Subtracts the mean of the batch, in inference too. */
class Centre extends tfl.layers.Layer {
  static readonly className = 'Centre'
  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? (inputs[0] ?? tf.zeros([0])) : inputs
    return tf.tidy(() => tf.sub(x, tf.mean(x, 0, true)))
  }
}

/** Noise outside training. */
class Noise extends tfl.layers.Layer {
  static readonly className = 'Noise'
  private calls = 0
  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? (inputs[0] ?? tf.zeros([0])) : inputs
    this.calls += 1
    // Within the tolerance of what depends on other images, but not the same.
    return tf.tidy(() => tf.mul(x, 1 + this.calls * 1e-6))
  }
}

let builds = 0

/** Known bugs of models, each with the check that must find it. */
export const WRONG_MODELS: readonly (readonly [CheckName, RegExp, ModelDefinition])[] = [
  ['options', /Use z\.strictObject/, { ...soundModel, options: z.object({}) }],
  ['seeded', /same seed .* seedFor/, model('unseeded', (context) => linear(context, { seed: null }))],
  ['seeded', /Another seed/, model('one-seed', (context) => linear(context, { seed: () => 7 }))],
  [
    'seeded',
    /same names/,
    model('counts-layers', (context) => linear(context, { name: `dense_${(builds += 1)}` })),
  ],
  ['logits', /Remove the softmax/, model('softmax', (context) => linear(context, { activation: 'softmax' }))],
  [
    'logits',
    /must be \[4, 5\]; they are \[4, 6\]/,
    model('background', (context) => linear(context, { units: 6 })),
  ],
  [
    'single',
    /images beside it/,
    model('batch-mean', (context) => linear(context, { middle: () => new Centre({}) })),
  ],
  [
    'inference',
    /same each time/,
    model('noisy', (context) => linear(context, { middle: () => new Noise({}) })),
  ],
  ['taps', /no layer "features"/, model('lost-tap', (context) => linear(context), { stage3: 'features' })],
  [
    'leaks',
    /1 are left/,
    model('keeps', (context) => {
      tf.keep(tf.zeros([3]))
      return linear(context)
    }),
  ],
]
