import type { Tensor } from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type ModelContext, defineModel } from '../contracts/model.js'
import { definePlugin } from '../contracts/plugin.js'
import { assemble } from '../registry/registry.js'
import { tf } from '../tf.js'
import { checkModel } from './check-model.js'

beforeAll(useCpuBackend)

const dataset = { shape: [4, 4, 1] as const, classes: ['a', 'b', 'c'] }

type Build = (context: ModelContext) => tfl.LayersModel

/** The problems of a model that is trained, or of one that only teaches; nothing is left on the engine. */
function problemsOf(
  build: Build,
  { taps = {}, trained = true }: { taps?: Readonly<Record<string, string>>; trained?: boolean } = {},
): string[] {
  const model = defineModel({ id: 'net', summary: 'A net.', options: z.strictObject({}), taps, build })
  const registry = assemble([definePlugin({ name: 'own', version: '1.0.0', contract: 1, provides: [model] })])
  const before = tf.memory().numTensors
  const checked = checkModel(registry, { id: 'net', options: {} }, dataset, { seed: 3, trained })
  checked.model?.dispose()
  expect(tf.memory().numTensors).toBe(before)
  for (const { code } of checked.problems) expect(['UMBRA_MODEL', 'UMBRA_CLASSES']).toContain(code)
  return checked.problems.map(({ message }) => message)
}

type DenseArgs = Partial<Parameters<typeof tfl.layers.dense>[0]>

/** Flatten, other layers, and a dense one named `logits`. */
const net =
  (last: DenseArgs = {}, ...middle: (() => tfl.layers.Layer)[]): Build =>
  ({ inputShape, classes, seedFor }) =>
    tfl.sequential({
      layers: [
        tfl.layers.flatten({ name: 'pixels', inputShape: [...inputShape] }),
        ...middle.map((make) => make()),
        tfl.layers.dense({
          name: 'logits',
          units: classes,
          kernelInitializer: tfl.initializers.heNormal({ seed: seedFor('logits') }),
          ...last,
        }),
      ],
    })

/** The same with layers after the last. */
const ending =
  (...layers: (() => tfl.layers.Layer)[]): Build =>
  (context) => {
    const { inputs, outputs } = net()(context)
    const end = layers.reduce<unknown>((x, make) => make().apply(x as tfl.SymbolicTensor), outputs[0])
    return tfl.model({ inputs, outputs: end as tfl.SymbolicTensor })
  }

/** A layer with code of its own. */
function own(call: (x: Tensor) => Tensor): () => tfl.layers.Layer {
  class Own extends tfl.layers.Layer {
    static readonly className = 'Own'
    override call(inputs: Tensor | Tensor[]): Tensor {
      const [x] = [inputs].flat()
      return tf.tidy(() => call(x ?? tf.zeros([0])))
    }
  }
  return () => new Own({ name: 'own' })
}

describe('checkModel', () => {
  it('finds nothing in a sound model, with dropout and layers without a name too', () => {
    const layers = [() => tfl.layers.dense({ units: 5 }), () => tfl.layers.dropout({ rate: 0.3 })]
    expect(problemsOf(net({}, ...layers), { taps: { flat: 'pixels', hidden: 'dense_Dense1' } })).toEqual([])
  })

  it.each<[string, Build, RegExp]>([
    [
      'softmax',
      net({ activation: 'softmax' }),
      /^layer "logits" of model "net" \(plugin "own"\): expected logits .* received probabilities, by softmax\. Remove the softmax/,
    ],
    ['sigmoid', net({ activation: 'sigmoid' }), /layer "logits" .* by sigmoid/],
    [
      'an activation layer',
      ending(() => tfl.layers.activation({ name: 'end', activation: 'softmax' })),
      /layer "end" .* by softmax/,
    ],
    ['a softmax layer', ending(() => tfl.layers.softmax({ name: 'end' })), /layer "end" .* by softmax/],
    [
      'layers after it that change nothing',
      ending(
        () => tfl.layers.softmax({ name: 'end' }),
        () => tfl.layers.reshape({ targetShape: [3] }),
        () => tfl.layers.activation({ activation: 'linear' }),
        () => tfl.layers.dropout({ rate: 0.1 }),
      ),
      /layer "end" .* by softmax/,
    ],
    [
      'a model inside it',
      (context) => {
        const input = tfl.input({ shape: [...context.inputShape] })
        const inner = net({ activation: 'softmax' })(context)
        return tfl.model({ inputs: input, outputs: inner.apply(input) as tfl.SymbolicTensor })
      },
      /layer "logits" .* by softmax/,
    ],
  ])('refuses a model that ends in probabilities: %s', (_, build, message) => {
    for (const trained of [true, false]) {
      expect(problemsOf(build, { trained })).toEqual([expect.stringMatching(message)])
    }
  })

  it('sees what gives probabilities by code of its own', () => {
    expect(problemsOf(ending(own((x) => tf.softmax(x))))).toEqual([
      expect.stringMatching(
        /^model "net" \(plugin "own"\): expected logits, received probabilities, not logits/,
      ),
    ])
  })

  it('leaves a softmax inside a network, a logarithm of one at its end, and logits above 0', () => {
    expect(problemsOf(net({}, () => tfl.layers.softmax({ name: 'gate' })))).toEqual([])
    expect(problemsOf(ending(own((x) => tf.logSoftmax(x))))).toEqual([])
    expect(problemsOf(ending(() => tfl.layers.reLU({ name: 'end' })))).toEqual([])
  })

  it.each<[string, Build, RegExp]>([
    [
      'classes',
      net({ units: 4 }),
      /model "net" .* expected logits of 3 classes, \[batch, 3\], received \[batch, 4\]/,
    ],
    [
      'dimensions',
      ({ classes }) =>
        tfl.sequential({
          layers: [
            tfl.layers.conv2d({
              name: 'conv',
              inputShape: [4, 4, 1],
              filters: classes,
              kernelSize: 1,
              kernelInitializer: 'zeros',
            }),
          ],
        }),
      /received \[batch, 4, 4, 3\]/,
    ],
    [
      'outputs',
      (context) => {
        const { inputs, outputs, layers } = net()(context)
        return tfl.model({ inputs, outputs: [...outputs, layers[0]?.output as tfl.SymbolicTensor] })
      },
      /outputs of model "net" .* expected one, the logits, received 2: "logits", "pixels"/,
    ],
    [
      'stated shape',
      ending(own((x) => tf.concat([x, x], 1))),
      /what model "net" .* returns: .* received \[2, 6\]/,
    ],
  ])('refuses other %s', (_, build, message) => {
    expect(problemsOf(build)).toEqual([expect.stringMatching(message)])
  })

  it.each<[string, number[], RegExp]>([
    [
      'images of another size',
      [4, 4, 3],
      /input of model "net" .* expected one, .* \[batch, 4, 4, 1\], received \[batch, 4, 4, 3\]\. Build it for the `inputShape`/,
    ],
    ['images without channels', [4, 4], /received \[batch, 4, 4\]/],
  ])('refuses a model of %s', (_, inputShape, message) => {
    const build: Build = (context) => net()({ ...context, inputShape: inputShape as never })
    expect(problemsOf(build)).toEqual([expect.stringMatching(message)])
  })

  it('refuses a model of one size of batch, and of two inputs', () => {
    const fixed: Build = ({ inputShape, classes }) =>
      tfl.sequential({
        layers: [
          tfl.layers.flatten({ name: 'pixels', batchInputShape: [8, ...inputShape] }),
          tfl.layers.dense({ name: 'logits', units: classes, kernelInitializer: 'zeros' }),
        ],
      })
    expect(problemsOf(fixed)).toEqual([
      expect.stringMatching(/received \[8, 4, 4, 1\]\. .*`batchInputShape`/),
    ])
    const two: Build = (context) => {
      const inputs = [0, 1].map((i) => tfl.input({ name: `input${i}`, shape: [...context.inputShape] }))
      const sum = tfl.layers.add({ name: 'sum' }).apply(inputs) as tfl.SymbolicTensor
      return tfl.model({ inputs, outputs: net()(context).apply(sum) as tfl.SymbolicTensor })
    }
    expect(problemsOf(two)).toEqual([expect.stringMatching(/expected one, .* received .* and \[batch/)])
  })

  it('refuses a model without layers', () => {
    expect(problemsOf(() => tfl.sequential())).toEqual([
      expect.stringMatching(/input of model "net" .* received none/),
      expect.stringMatching(/outputs of model "net" .* received none/),
    ])
  })

  it('refuses names, weights and layers that differ or are shared between builds', () => {
    let builds = 0
    expect(problemsOf((context) => net({ name: `logits_${builds++}` })(context))).toEqual([
      expect.stringMatching(
        /^layers of model "net" .* received "logits_0" in one build, "logits_1" in the next\. Name every layer/,
      ),
    ])
    expect(
      problemsOf((context) =>
        net({ units: 3, kernelInitializer: tfl.initializers.heNormal({ seed: builds++ }) })(context),
      ),
    ).toEqual([expect.stringMatching(/^weight "logits\/kernel" of model "net" .* same values .* `seedFor`/)])
    const kept = tfl.layers.dense({ name: 'kept', units: 4, kernelInitializer: 'zeros' })
    expect(
      problemsOf((context) => {
        const input = tfl.input({ name: 'image', shape: [...context.inputShape] })
        const flat = tfl.layers.flatten({ name: 'flat' }).apply(input)
        const logits = tfl.layers.dense({ name: 'logits', units: 3 }).apply(kept.apply(flat))
        return tfl.model({ inputs: input, outputs: logits as tfl.SymbolicTensor })
      }),
    ).toEqual([expect.stringMatching(/^weight "kept\/kernel" .* expected a new one/)])
  })

  it('refuses a tap without a layer, with the nearest name', () => {
    expect(problemsOf(net(), { taps: { flat: 'pixel', end: 'logits' }, trained: false })).toEqual([
      'tap "flat" of model "net" (plugin "own"): expected the name of a layer, received "pixel". Did you mean "pixels"? Known: logits, pixels.',
    ])
  })

  it('refuses a layer that draws numbers of its own, where the model is trained', () => {
    const noisy = net(
      {},
      own((x) => tf.add(x, tf.randomNormal(x.shape))),
    )
    expect(problemsOf(noisy)).toEqual([
      expect.stringMatching(/^layer "own" of model "net" .* expected random numbers .* tf\.randomNormal/),
    ])
    expect(problemsOf(noisy, { trained: false })).toEqual([])
    const recurrent = net(
      {},
      () => tfl.layers.reshape({ name: 'rows', targetShape: [4, 4] }),
      () => tfl.layers.simpleRNN({ name: 'rnn', units: 3, dropout: 0.5, recurrentInitializer: 'zeros' }),
    )
    expect(problemsOf(recurrent)).toEqual([expect.stringMatching(/^layer "rnn" of model "net" /)])
  })

  it('says what a forward pass throws, and what build does', () => {
    const broken = own(() => {
      throw new TypeError('no')
    })
    expect(problemsOf(net({}, broken))).toEqual([
      'model "net" (plugin "own"): a forward pass threw TypeError: no.',
    ])
    expect(
      problemsOf(() => {
        throw new TypeError('no')
      }),
    ).toEqual(['model "net" (plugin "own"): build threw TypeError: no.'])
  })

  it('finds all of it at once', () => {
    let builds = 0
    const build: Build = (context) =>
      net(
        { activation: 'softmax', units: 5, name: `end${builds++}` },
        own((x) => tf.mul(x, Math.random())),
      )(context)
    expect(problemsOf(build, { taps: { stage: 'stage' } })).toEqual([
      expect.stringContaining('received [batch, 5]'),
      expect.stringContaining('by softmax'),
      expect.stringContaining('tap "stage"'),
      expect.stringContaining('the same names in every build'),
      expect.stringContaining('layer "own"'),
    ])
  })
})
