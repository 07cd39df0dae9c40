import { UmbraError, namedSeed, type tf } from '@umbra/core'
import * as tfl from '@tensorflow/tfjs-layers'
import { wholePart } from '../../shared/whole-part.js'

/** Layer whose output is matched with the teacher's last feature map. */
export const TRANSFERRED = 'simkd_out'

/**
 * A student that ends in the teacher's classifier: last feature map, projector, global average, the teacher's last dense
 * layer with its weights copied and frozen.
 *
 * The body is taken over from `student`, whose own classifier is disposed. Throws UMBRA_TAP_SHAPE where a network has no
 * feature map or no dense classifier, the factor exceeds the teacher's channels, or the student's map is not a whole multiple of the teacher's.
 */
export function reuseClassifier(
  student: tfl.LayersModel,
  teacher: tfl.LayersModel,
  factor: number,
): tfl.LayersModel {
  const hint = lastMap(teacher, 'teacher')
  const { kernel, bias } = lastDense(teacher)
  const [channels, classes] = kernel.shape
  const inner = wholePart(
    'option "factor" of method "simkd"',
    channels,
    1 / factor,
    'channels of the teacher',
  )

  let features = fitted(lastMap(student, 'student'), hint)
  features = block('simkd_1', features, inner, 1)
  features = block('simkd_2', features, inner, 3)
  features = block('simkd_3', features, channels, 1, TRANSFERRED)
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'simkd_pooled' }).apply(features)
  const head = tfl.layers.dense({
    name: 'logits',
    units: classes,
    useBias: bias !== undefined,
    trainable: false,
  })
  const logits = head.apply(pooled) as tfl.SymbolicTensor
  head.setWeights(bias === undefined ? [kernel] : [kernel, bias])
  const reused = tfl.model({ inputs: student.inputs, outputs: logits, name: student.name })
  for (const layer of student.layers)
    if (!reused.layers.includes(layer)) for (const weight of layer.weights) weight.dispose()
  return reused
}

/** Convolution, batch normalisation, ReLU. */
function block(
  name: string,
  input: tfl.SymbolicTensor,
  filters: number,
  kernelSize: number,
  output = `${name}_relu`,
): tfl.SymbolicTensor {
  // Each layer has its own seed, the same in every run: the body carries the run's seed.
  const kernelInitializer = tfl.initializers.heNormal({ seed: namedSeed(0, name) })
  const layers = [
    tfl.layers.conv2d({ name, filters, kernelSize, padding: 'same', useBias: false, kernelInitializer }),
    tfl.layers.batchNormalization({ name: `${name}_bn`, momentum: 0.9, epsilon: 1e-5 }),
    tfl.layers.activation({ name: output, activation: 'relu' }),
  ]
  return layers.reduce((features, layer) => layer.apply(features) as tfl.SymbolicTensor, input)
}

function lastMap(model: tfl.LayersModel, whose: string): tfl.SymbolicTensor {
  const last = model.layers.findLast(({ output }) => !Array.isArray(output) && output.shape.length === 4)
  if (last !== undefined) return last.output as tfl.SymbolicTensor
  throw new UmbraError('UMBRA_TAP_SHAPE', {
    subject: `the ${whose} of method "simkd"`,
    expected: 'a layer with a feature map [batch, height, width, channels]',
    received: 'none',
  })
}

/** Weights of the teacher's classifier, not copies: the teacher disposes them. */
interface Classifier {
  /** `[channels of the last map, classes]` */
  readonly kernel: tf.Tensor2D
  /** `[classes]` */
  readonly bias?: tf.Tensor | undefined
}

function lastDense(teacher: tfl.LayersModel): Classifier {
  const map = lastMap(teacher, 'teacher')
  const dense = teacher.layers.findLast((layer) => layer.getClassName() === 'Dense')
  const [kernel, bias] = dense?.getWeights() ?? []
  if (kernel !== undefined && kernel.shape[0] === map.shape.at(-1))
    return { kernel: kernel as tf.Tensor2D, bias }
  throw new UmbraError('UMBRA_TAP_SHAPE', {
    subject: 'the teacher of method "simkd"',
    expected: `a dense classifier on the ${map.shape.at(-1)} averaged channels of its last feature map`,
    received: dense === undefined ? 'no dense layer' : `a dense layer of ${kernel?.shape[0]} inputs`,
    remedy: 'Use a teacher that ends in global average pooling and one dense layer',
  })
}

/** The student's map averaged down to the teacher's height and width where it is larger. */
function fitted(map: tfl.SymbolicTensor, hint: tfl.SymbolicTensor): tfl.SymbolicTensor {
  // Maps have four dimensions, and all but the batch's are known.
  const ratio = (axis: 1 | 2): number => Math.max(1, map.shape[axis]! / hint.shape[axis]!)
  const poolSize: [number, number] = [ratio(1), ratio(2)]
  if (poolSize.every((size) => size === 1)) return map
  if (!poolSize.every(Number.isInteger))
    throw new UmbraError('UMBRA_TAP_SHAPE', {
      subject: 'last feature map of the student of method "simkd"',
      expected: `a whole multiple of the teacher’s [${hint.shape.slice(1, 3).join(', ')}]`,
      received: `[${map.shape.slice(1, 3).join(', ')}]`,
    })
  return tfl.layers
    .averagePooling2d({ name: 'simkd_fit', poolSize, strides: poolSize })
    .apply(map) as tfl.SymbolicTensor
}
