import * as tf from '@tensorflow/tfjs-core'
import type { Engine } from '@umbra/core'
import { beforeAll, describe, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'
import { type ExampleStep, expectSame, ints } from '../testing/traced.js'
import { nodeBackend } from '../tensorflow/node-backend.js'

const UNARY = {
  abs: tf.abs,
  asinh: tf.asinh,
  atan: tf.atan,
  ceil: tf.ceil,
  cos: tf.cos,
  cosh: tf.cosh,
  elu: tf.elu,
  erf: tf.erf,
  exp: tf.exp,
  expm1: tf.expm1,
  floor: tf.floor,
  isFinite: tf.isFinite,
  isNaN: tf.isNaN,
  logSigmoid: tf.logSigmoid,
  logSoftmax: tf.logSoftmax,
  neg: tf.neg,
  relu: tf.relu,
  relu6: tf.relu6,
  reciprocal: tf.reciprocal,
  round: tf.round,
  selu: tf.selu,
  sigmoid: tf.sigmoid,
  sign: tf.sign,
  sin: tf.sin,
  softmax: tf.softmax,
  softplus: tf.softplus,
  square: tf.square,
  step: tf.step,
  tan: tf.tan,
  tanh: tf.tanh,
  onesLike: tf.onesLike,
  zerosLike: tf.zerosLike,
} as const satisfies Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>>

const positive = (x: tf.Tensor): tf.Tensor => tf.add(tf.abs(x), 0.5)

const CASES: Readonly<Record<string, ExampleStep>> = {
  'unary operations': ({ x }) =>
    Object.fromEntries(Object.entries(UNARY).map(([name, operation]) => [name, operation(x)])),
  'unary operations of positive numbers': ({ x }) => ({
    log: tf.log(positive(x)),
    log1p: tf.log1p(positive(x)),
    sqrt: tf.sqrt(positive(x)),
    rsqrt: tf.rsqrt(positive(x)),
    pow: tf.pow(positive(x), 1.5),
  }),
  'binary operations': ({ x, flag }) => ({
    sub: tf.sub(x, tf.reverse(x, 1)),
    div: tf.div(x, positive(x)),
    divNoNan: tf.divNoNan(x, tf.relu(x)),
    floorDiv: tf.floorDiv(x, 0.5),
    mod: tf.mod(x, 0.5),
    maximum: tf.maximum(x, 0.1),
    minimum: tf.minimum(x, 0.1),
    squaredDifference: tf.squaredDifference(x, 1),
    atan2: tf.atan2(x, positive(x)),
    addN: tf.addN([x, x, tf.square(x)]),
    and: tf.logicalAnd(flag, tf.greater(x, 0)),
    or: tf.logicalOr(flag, tf.lessEqual(x, 0)),
    xor: tf.logicalXor(flag, tf.less(x, 0)),
    not: tf.logicalNot(flag),
    equal: tf.cast(tf.equal(x, x), 'float32'),
    notEqual: tf.notEqual(x, 0),
    clip: tf.clipByValue(x, -1, 1),
    prelu: tf.prelu(x, tf.scalar(0.2)),
    leakyRelu: tf.leakyRelu(x, 0.1),
  }),
  'integers and booleans': ({ index, flag, x }) => ({
    index: tf.add(index, tf.scalar(1, 'int32')),
    product: tf.mul(index, index),
    remainder: tf.mod(index, tf.scalar(3, 'int32')),
    cast: tf.cast(x, 'int32'),
    flags: tf.cast(flag, 'int32'),
    largest: tf.max(index),
    truth: tf.cast(index, 'bool'),
    all: tf.all(flag, 1),
    any: tf.any(flag, 0),
    sameFlag: flag,
    sameIndex: index,
  }),
  reductions: ({ x }) => ({
    sum: tf.sum(x),
    sumOf: tf.sum(x, [0], true),
    mean: tf.mean(x, 1),
    max: tf.max(x, 1),
    min: tf.min(x, 0),
    prod: tf.prod(x, 1),
    logSumExp: tf.logSumExp(x, 1),
    norm1: tf.norm(x, 1, 1),
    norm2: tf.norm(x, 2, 1),
    normInf: tf.norm(x, Infinity, 1),
    euclidean: tf.euclideanNorm(x),
    mean0: tf.moments(x, 0).mean,
    variance: tf.moments(x, 1, true).variance,
  }),
  'topk, argMax, oneHot, cumsum, cumprod': ({ x, index }) => {
    const { values, indices } = tf.topk(x, 3)
    return {
      values,
      indices,
      argMax: tf.argMax(x, 1),
      argMin: tf.argMin(x, 0),
      oneHot: tf.oneHot(index, 9),
      smooth: tf.oneHot(index, 9, 0.9, 0.1, 'float32'),
      cumsum: tf.cumsum(x, 1),
      cumsumExclusive: tf.cumsum(x, 0, true, true),
      cumprod: tf.cumprod(tf.sigmoid(x), 1, true),
      inTop: tf.lessEqual(tf.sum(tf.cast(tf.greater(x, tf.mean(x, 1, true)), 'int32'), 1), 3),
    }
  },
  'matMul with transposes, batches, einsum, dot, outerProduct': ({ x }) => {
    const batches = tf.reshape(x, [2, 4, 16])
    return {
      plain: tf.matMul(x, tf.transpose(x)),
      right: tf.matMul(x, x, false, true),
      left: tf.matMul(x, x, true),
      batched: tf.matMul(batches, batches, false, true),
      einsum: tf.einsum('ij,kj->ik', x, x),
      einsumBatch: tf.einsum('bij,bkj->bik', batches, batches),
      dot: tf.dot(x, tf.ones([16])),
      outer: tf.outerProduct(tf.mean<tf.Tensor1D>(x, 0), tf.mean<tf.Tensor1D>(x, 1)),
      fused: tf.fused.matMul({
        a: x,
        b: x,
        transposeB: true,
        bias: tf.ones([8]),
        activation: 'relu',
      }),
    }
  },
  'slices and shapes': ({ x }) => ({
    slice: tf.slice(x, [1, 2], [3, 4]),
    strided: tf.stridedSlice(x, [0, 0], [8, 16], [2, 2]),
    masked: tf.stridedSlice(x, [0, 1], [8, 2], [1, 1], 1, 1, 0, 0, 2),
    pad: tf.pad(x, [
      [1, 1],
      [0, 2],
    ]),
    padded: tf.pad(
      x,
      [
        [1, 0],
        [0, 0],
      ],
      7,
    ),
    mirror: tf.mirrorPad(
      x,
      [
        [1, 1],
        [2, 2],
      ],
      'reflect',
    ),
    concat: tf.concat([x, x], 1),
    stack: tf.stack(tf.unstack(x, 0).slice(0, 3), 1),
    unstack: tf.unstack(x, 1)[15]!,
    split: tf.split(x, 2, 1)[1]!,
    splits: tf.split(x, [3, 13], 1)[1]!,
    tile: tf.tile(x, [2, 1]),
    reverse: tf.reverse(x, 1),
    transpose: tf.transpose(x),
    reshape: tf.reshape(x, [4, -1]),
    sameShape: tf.reshape(x, [8, 16]),
    expand: tf.expandDims(x, 1),
    squeeze: tf.squeeze(tf.slice(x, [0, 0], [8, 1])),
    broadcast: tf.broadcastTo(tf.slice(x, [0, 0], [1, 16]), [8, 16]),
    depth: tf.depthToSpace(tf.reshape(x, [2, 2, 2, 16]), 2, 'NHWC'),
    toBatch: tf.spaceToBatchND(
      tf.reshape(x, [2, 4, 4, 4]),
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ),
    toSpace: tf.batchToSpaceND(
      tf.reshape(x, [8, 4, 4, 1]),
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ),
    range: tf.add(tf.range(0, 16), tf.slice(x, [0, 0], [1, 16])),
    linspace: tf.linspace(0, 1, 5),
    eye: tf.eye(4),
    fill: tf.fill([2, 2], 3),
    diag: tf.diag(tf.mean(x, 1)),
    empty: tf.slice(x, [0, 0], [0, 16]),
  }),
  'where and masks': ({ x, flag }) => ({
    where: tf.where(flag, x, tf.zerosLike(x)),
    compared: tf.where(tf.greater(x, 0), x, tf.mul(x, 2)),
    band: tf.linalg.bandPart(tf.matMul(x, x, false, true), 0, -1),
    masked: tf.mul(x, tf.cast(flag, 'float32')),
  }),
  'gather by an input': ({ x, index }) => ({
    rows: tf.gather(x, index),
    columns: tf.gather(x, index, 1),
    batchwise: tf.gather(x, tf.expandDims(index, 1), 1, 1),
    nd: tf.gatherND(x, tf.stack([index, index], 1)),
    fixed: tf.gather(x, ints([0, 3])),
    scatter: tf.scatterND(tf.expandDims(index, 1), x, [8, 16]),
    segments: tf.unsortedSegmentSum(x, index as tf.Tensor1D, 8),
    bincount: tf.bincount(index as tf.Tensor1D, tf.ones([8]), 8),
  }),
  'gradients of gather, by rows and by columns': ({ x, index }) => {
    return {
      rows: tf.grad((a) => tf.sum(tf.square(tf.gather(a, index))))(x),
      columns: tf.grad((a) => tf.sum(tf.square(tf.gather(a, index, 1))))(x),
    }
  },
  'images: resize, crop, flip, pad, patches': ({ image }) => {
    const images = image as tf.Tensor4D
    return {
      bilinear: tf.image.resizeBilinear(images, [4, 5]),
      corners: tf.image.resizeBilinear(images, [12, 12], true),
      nearest: tf.image.resizeNearestNeighbor(images, [4, 4]),
      flip: tf.image.flipLeftRight(images),
      crop: tf.image.cropAndResize(images, tf.tensor2d([[0, 0, 0.5, 0.5]]), ints([0]), [4, 4]),
      grey: tf.mean(images, 3, true),
    }
  },
  'convolutions and pooling': ({ image }) => {
    const images = image as tf.Tensor4D
    const kernel = tf.ones<tf.Rank.R4>([3, 3, 3, 2])
    return {
      conv: tf.conv2d(images, kernel, 1, 'same'),
      strided: tf.conv2d(images, kernel, 2, 'valid'),
      dilated: tf.conv2d(images, kernel, 1, 'same', 'NHWC', 2),
      pointwise: tf.conv2d(images, tf.ones([1, 1, 3, 4]), 1, 'same'),
      transposed: tf.conv2dTranspose(images, tf.ones([3, 3, 2, 3]), [4, 16, 16, 2], 2, 'same'),
      depthwise: tf.depthwiseConv2d(images, tf.ones([3, 3, 3, 1]), 1, 'same'),
      separable: tf.separableConv2d(images, tf.ones([3, 3, 3, 1]), tf.ones([1, 1, 3, 4]), 1, 'same'),
      max: tf.maxPool(images, 2, 2, 'same'),
      average: tf.avgPool(images, 3, 2, 'same'),
      global: tf.pool(images, [8, 8], 'avg', 'valid'),
      fused: tf.fused.conv2d({
        x: images,
        filter: kernel,
        strides: 1,
        pad: 'same',
        bias: tf.ones([2]),
        activation: 'relu',
      }),
      normalised: tf.localResponseNormalization(images),
      batchNorm: tf.batchNorm(images, tf.zeros([3]), tf.ones([3]), tf.ones([3]), tf.ones([3]), 1e-3),
      variance: tf.moments(images, [0, 1, 2]).variance,
      gram: tf.matMul(tf.reshape(images, [4, 64, 3]), tf.reshape(images, [4, 64, 3]), true),
    }
  },
  'gradients of convolutions and pooling': ({ image }) => {
    const kernel = tf.fill<tf.Rank.R4>([3, 3, 3, 2], 0.1)
    const gradient = (f: (images: tf.Tensor4D) => tf.Tensor): tf.Tensor =>
      tf.grad((x) => tf.sum(tf.square(f(x as tf.Tensor4D))))(image)
    return {
      conv: gradient((x) => tf.conv2d(x, kernel, 2, 'same')),
      kernel: tf.grad((k) => tf.sum(tf.square(tf.conv2d(image as tf.Tensor4D, k as tf.Tensor4D, 1, 'same'))))(
        kernel,
      ),
      transposed: gradient((x) => tf.conv2dTranspose(x, tf.ones([3, 3, 2, 3]), [4, 16, 16, 2], 2, 'same')),
      depthwise: gradient((x) => tf.depthwiseConv2d(x, tf.ones([3, 3, 3, 1]), 1, 'same')),
      max: gradient((x) => tf.maxPool(x, 2, 2, 'same')),
      average: gradient((x) => tf.avgPool(x, 2, 2, 'same')),
      resize: gradient((x) => tf.image.resizeBilinear(x, [4, 4])),
      relu: gradient((x) => tf.relu(x)),
      elu: gradient((x) => tf.elu(x)),
      slice: gradient((x) => tf.slice(x, [0, 1, 1, 0], [4, 6, 6, 3])),
      pad: gradient((x) =>
        tf.pad(x, [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ]),
      ),
      concat: gradient((x) => tf.concat([x, tf.mul(x, 2)], 3)),
      softmax: gradient((x) => tf.logSoftmax(tf.reshape(x, [4, 192]))),
      norm: gradient((x) => tf.norm(tf.reshape(x, [4, 192]), 2, 1)),
      gatherMax: gradient((x) => tf.max(tf.reshape(x, [4, 192]), 1)),
      cumsum: gradient((x) => tf.cumsum(tf.reshape(x, [4, 192]), 1)),
    }
  },
  'losses of tfjs': ({ x, flag }) => ({
    huber: tf.losses.huberLoss(x, tf.mul(x, 2)),
    cosine: tf.losses.cosineDistance(x, tf.square(x), 1),
    cross: tf.losses.softmaxCrossEntropy(tf.softmax(tf.square(x)), x),
    sigmoid: tf.losses.sigmoidCrossEntropy(tf.cast(flag, 'float32'), x),
    weighted: tf.losses.meanSquaredError(x, tf.zerosLike(x), tf.cast(flag, 'float32')),
  }),
  'customGrad and gradients of gradients': ({ x }) => {
    const tripled = tf.customGrad((a, save) => {
      const input = a as tf.Tensor
      ;(save as tf.GradSaveFunc)([input])
      return {
        value: tf.square(input),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.mul(3, saved[0]!)),
      }
    })
    const slope = tf.grad((a) => tf.sum(tf.tanh(tf.square(a))))
    return {
      tripled: tf.grad((a) => tf.sum(tripled(a)))(x),
      penalty: tf.grad((a) => tf.sum(tf.square(slope(a))))(x),
      relu: tf.grad((a) => tf.sum(tf.square(tf.grad((b) => tf.sum(tf.pow(tf.relu(b), 3)))(a))))(x),
    }
  },
  'inputs as they are, twice, and scalars': ({ x }) => {
    const mean = tf.mean(x)
    return { x, same: x, mean, again: mean, half: tf.scalar(0.5), one: tf.scalar(1, 'int32') }
  },
}

let engine: Engine
describe.skipIf(!hasTensorflow)(`a traced step on tensorflow${withoutTensorflow}`, () => {
  beforeAll(async () => {
    engine = await createEngine('tensorflow')
  })
  it.each(Object.entries(CASES))('gives what the operations give: %s', (_name, step) => {
    expectSame(engine, step)
  })

  it('draws from a stateless generator by a seed that is an input', () => {
    const backend = nodeBackend()!
    const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = backend.binding
    const type = (name: string, value: number) => ({ name, type: TF_ATTR_TYPE, value })
    expectSame(engine, ({ index }) => {
      const attributes = [type('dtype', TF_FLOAT), type('T', TF_INT32), type('Tseed', TF_INT32)]
      const seed = tf.slice(index, [0], [2])
      return {
        u: backend.executeSingleOutput('StatelessRandomUniform', attributes, [ints([8, 16]), seed]),
      }
    })
  })
})
