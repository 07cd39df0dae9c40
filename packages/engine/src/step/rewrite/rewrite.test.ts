import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import type { StepFunction } from '@umbra/core/trainer'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../../create-engine.js'
import { listEngines } from '../../tensorflow/installed.js'
import { loadTensorflow } from '../../tensorflow/load-tensorflow.js'
import { nodeBackend } from '../../tensorflow/node-backend.js'
import { DATA_TYPES, type GraphNode } from '../graph-node.js'
import { type RecordedStep, recordStep } from '../record-step.js'
import { createStandIns } from '../stand-ins.js'
import { bfloat16Teachers } from './bfloat16-teachers.js'
import { floatConstant } from './constants.js'
import { explicitPadding } from './explicit-padding.js'
import { fixedOrder } from './fixed-order.js'
import { dropNoOps } from './drop-no-ops.js'
import { foldBatchNorm } from './fold-batch-norm.js'
import { sharedSums } from './shared-sums.js'

const T = { kind: 'type', value: DATA_TYPES.float32 } as const
const node = (name: string, op: string, inputs: string[], rest: Partial<GraphNode> = {}): GraphNode => ({
  name,
  op,
  inputs,
  attributes: { T },
  ...rest,
})

describe('dropNoOps', () => {
  it('drops a reshape to the same shape and keeps any other', () => {
    const nodes = [
      node('a', 'Relu', ['in'], { shape: [2, 3] }),
      node('same', 'Reshape', ['a', 's'], { shape: [2, 3] }),
      node('other', 'Reshape', ['same', 's'], { shape: [6] }),
      node('b', 'Relu', ['same']),
    ]
    expect(dropNoOps(nodes).map(({ name, inputs }) => [name, inputs])).toEqual([
      ['a', ['in']],
      ['other', ['a', 's']],
      ['b', ['a']],
    ])
  })
})

describe('foldBatchNorm', () => {
  const parameter = (name: string, values: number[]): GraphNode =>
    floatConstant(name, [values.length], Float32Array.from(values))
  const graph = (training: boolean, extra: GraphNode[] = []): GraphNode[] => [
    floatConstant('w', [1, 1, 1, 2], Float32Array.of(2, 3)),
    ...[parameter('g', [1, 2]), parameter('b', [0.5, 0]), parameter('m', [1, 1]), parameter('v', [3, 15])],
    node('conv', 'Conv2D', ['x', 'w']),
    node('bn', 'FusedBatchNormV3', ['conv', 'g', 'b', 'm', 'v'], {
      attributes: { is_training: { kind: 'bool', value: training }, epsilon: { kind: 'float', value: 1 } },
    }),
    ...extra,
  ]
  const values = (nodes: readonly GraphNode[], name: string): number[] => {
    const value = nodes.find((candidate) => candidate.name === name)!.attributes.value as {
      value: { bytes: Uint8Array }
    }
    return [...new Float32Array(Uint8Array.from(value.value.bytes).buffer)]
  }

  it('puts scale into the kernel and shift into a bias', () => {
    const folded = foldBatchNorm(graph(false))
    expect(folded.find(({ name }) => name === 'bn')!.op).toBe('BiasAdd')
    // k = gamma / sqrt(variance + 1) = [1/2, 2/4]
    expect(values(folded, 'conv/folded')).toEqual([1, 1.5])
    expect(values(folded, 'bn/offset')).toEqual([0, -0.5])
  })

  it('leaves training, and a convolution that something else looks at, alone', () => {
    expect(foldBatchNorm(graph(true))).toEqual(graph(true))
    const shared = graph(false, [node('r', 'Relu', ['conv'])])
    expect(foldBatchNorm(shared)).toEqual(shared)
  })
})

describe('sharedSums', () => {
  const block = [
    node('conv', 'Conv2D', ['x', 'w']),
    node('biased', 'BiasAdd', ['conv', 'b']),
    node('sum', 'AddV2', ['biased', 'x']),
    node('relu', 'Relu', ['sum']),
  ]

  it('takes the maximum with 0 where a tap looks at the sum before the ReLU', () => {
    const rewritten = sharedSums([...block, node('tap', 'Greater', ['sum', 'zero'])])
    const relu = rewritten.find(({ name }) => name === 'relu')!
    expect([relu.op, relu.inputs]).toEqual(['Maximum', ['sum', 'relu/zero']])
    expect(rewritten.find(({ name }) => name === 'relu/zero')?.op).toBe('Const')
    expect(rewritten.find(({ name }) => name === 'tap')!.inputs).toEqual(['sum', 'zero'])
  })

  it('leaves a sum alone that nothing else looks at, or that is no convolution’s', () => {
    expect(sharedSums(block)).toEqual(block)
    const plain = [node('sum', 'AddV2', ['a', 'x']), node('relu', 'Relu', ['sum']), node('t', 'Neg', ['sum'])]
    expect(sharedSums(plain)).toEqual(plain)
  })
})

describe('fixedOrder', () => {
  it('turns a sum of many into additions from the first to the last, and marks every addition', () => {
    const sum = node('s', 'AddN', ['a', 'b', 'c'], { attributes: { T, N: { kind: 'int', value: 3 } } })
    const [first, last, plain] = fixedOrder([sum, node('p', 'AddV2', ['s', 'd'])])
    expect([first!.name, first!.op, first!.inputs]).toEqual(['s/partial_0', 'Add', ['a', 'b']])
    expect([last!.name, last!.op, last!.inputs]).toEqual(['s', 'Add', ['s/partial_0', 'c']])
    for (const { attributes } of [first!, last!, plain!]) {
      const mark = '_grappler_ArithmeticOptimizer_AddOpsRewriteStage'
      expect(Object.keys(attributes).sort()).toEqual(['T', mark])
    }
    expect(fixedOrder([node('one', 'AddN', ['a'])])[0]!.op).toBe('Identity')
  })
})

describe('bfloat16Teachers', () => {
  it('narrows what is in the scope of a teacher, with casts at its borders', () => {
    const scope = 'teacher "big"'
    const nodes = [
      floatConstant('w', [1], Float32Array.of(1 + 2 ** -9)),
      node('a', 'Conv2D', ['x', 'w'], { scope }),
      node('b', 'Relu', ['a'], { scope }),
      node('student', 'Relu', ['b']),
    ]
    const narrowed = bfloat16Teachers(nodes)
    const find = (name: string): GraphNode => narrowed.find((candidate) => candidate.name === name)!
    expect(find('a').inputs).toEqual(['x/to_14', 'w/bfloat16'])
    expect(find('b').inputs).toEqual(['a'])
    expect(find('b').attributes.T!.value).toBe(14)
    expect(find('student').inputs).toEqual(['b/to_1'])
    expect(find('student').attributes.T!.value).toBe(1)
    // 1 + 2^-9 lies below the middle of two bfloat16 numbers.
    const { value } = find('w/bfloat16').attributes.value as { value: { bytes: Uint8Array } }
    expect([...value.bytes]).toEqual([0x80, 0x3f])
  })
})

const installed = listEngines().length > 0
const title = installed ? '' : ' (skipped: the tensorflow engine is not installed)'

function record(
  step: StepFunction,
  inputs: Readonly<Record<string, tf.Tensor>>,
  constants: readonly tf.Tensor[] = [],
): RecordedStep {
  const backend = nodeBackend()!
  const standIns = createStandIns(backend.binding)
  const recorded = recordStep(backend, step, inputs, new Set(constants), standIns)
  standIns.dispose()
  return recorded
}

describe.skipIf(!installed)(`a frozen model on the tensorflow engine${title}`, () => {
  const frozen = (): tfl.LayersModel => {
    const layers = [1, 2].flatMap((i) => [
      tfl.layers.conv2d({ filters: 4 * i, kernelSize: 3, padding: 'same', useBias: false, strides: i }),
      tfl.layers.batchNormalization({
        gammaInitializer: tfl.initializers.randomUniform({ minval: 0.5, maxval: 1.5, seed: i }),
        betaInitializer: tfl.initializers.randomNormal({ seed: i }),
        movingMeanInitializer: tfl.initializers.randomNormal({ seed: 7 + i }),
        movingVarianceInitializer: tfl.initializers.randomUniform({ minval: 0.5, maxval: 2, seed: i }),
      }),
      tfl.layers.reLU(),
    ])
    const input = tfl.input({ shape: [8, 8, 3] })
    const output = layers.reduce((x, layer) => layer.apply(x) as tfl.SymbolicTensor, input)
    return tfl.model({ inputs: input, outputs: output })
  }
  const difference = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!

  it('is folded wholly, and gives the same to rounding; in bfloat16 to two digits', async () => {
    const engine = await createEngine('tensorflow')
    const model = frozen()
    const constants = model.weights.map((weight) => weight.read())
    const x = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 3)
    const step = ({ x: images }: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> => ({
      y: tf.tidy('teacher "t"', () => model.apply(images!, { training: false }) as tf.Tensor),
    })
    const expected = model.predict(x) as tf.Tensor

    const recorded = record(step, { x }, constants)
    const folded = foldBatchNorm(dropNoOps(recorded.nodes))
    expect(folded.filter(({ op }) => op.startsWith('FusedBatchNorm'))).toEqual([])

    const exact = engine.compile(step, { name: 'exact', constants })
    const size = tf.max(tf.abs(expected)).dataSync()[0]!
    expect(difference(exact.run({ x }).y!, expected) / size).toBeLessThan(1e-5)
    const rough = engine.compile(step, { name: 'rough', constants, teacherPrecision: 'bfloat16' })
    const error = difference(rough.run({ x }).y!, expected) / size
    // Where bfloat16 cannot be had, it is float32.
    const [least, most] = loadTensorflow().bfloat16 ? [1e-4, 0.1] : [0, 1e-5]
    expect(error).toBeGreaterThanOrEqual(least)
    expect(error).toBeLessThan(most)
  })

  it.each([1, 2])('pads in the convolutions, forward and backward, at stride %i', async (stride) => {
    const engine = await createEngine('tensorflow')
    const w = tf.variable(tf.randomNormal([3, 3, 3, 4], 0, 1, 'float32', 1))
    const first = tf.variable(tf.randomNormal([1, 1, 3, 3], 0, 1, 'float32', 2))
    const x = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 3)
    const step = ({ x: images }: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> => {
      const { value, grads } = tf.variableGrads(() => {
        const before = tf.conv2d(images as tf.Tensor4D, first as unknown as tf.Tensor4D, 1, 'same')
        const wide = tf.pad(before, [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ])
        return tf.sum(tf.square(tf.conv2d(wide, w as unknown as tf.Tensor4D, stride, 'valid')))
      }, [w, first])
      return { value, w: grads[w.name]!, first: grads[first.name]! }
    }
    const recorded = record(step, { x })
    const rewritten = explicitPadding(dropNoOps(recorded.nodes))
    const used = new Set(rewritten.flatMap(({ inputs }) => inputs))
    const left = rewritten.filter(({ op, name }) => (op === 'PadV2' || op === 'Slice') && used.has(name))
    // The filter's gradient alone reads the padded copy.
    expect(left.map(({ op }) => op)).toEqual(['PadV2'])
    const explicit = rewritten.filter(({ attributes }) => attributes.padding?.value === 'EXPLICIT')
    expect(explicit.map(({ op }) => op)).toEqual(['Conv2D', 'Conv2DBackpropInput'])
    const expected = tf.tidy(() => step({ x }))
    const traced = engine.compile(step, { name: 'padded' }).run({ x })
    for (const name of ['value', 'w', 'first']) {
      const size = tf.max(tf.abs(expected[name]!)).dataSync()[0]!
      expect(difference(traced[name]!, expected[name]!) / size).toBeLessThan(1e-5)
    }
    tf.dispose([w, first])
  })
})
