import {
  type NamedShapes,
  type ObjectiveModels,
  type TensorRecord,
  UmbraError,
  entryOf,
  tf,
} from '@umbra/core'

type Teacher = ObjectiveModels['teachers'][number]

/** Parameters of a dense layer on class logits. */
interface Classifier {
  /** `[channels, classes]` */
  readonly kernel: tf.Tensor2D
  /** `[classes]` */
  readonly bias: tf.Tensor | undefined
}

/**
 * Kernel and bias of every teacher's last dense layer, copied: `classifierKernel0` `[channels, classes]`, `classifierBias0`
 * `[classes]`, ...
 *
 * Throws UMBRA_TAP_SHAPE where a teacher has no dense layer on the channels of its tapped map.
 */
export function teacherClassifiers(
  { teachers: shapes }: NamedShapes,
  { teachers }: ObjectiveModels,
  teacherTap: string,
): Record<string, tf.Tensor> {
  const classifiers = shapes.map((shape, k) =>
    classifierOf(teachers[k], shape.tap(teacherTap).at(-1), teacherTap, k),
  )
  return tf.tidy(() =>
    Object.fromEntries(
      classifiers.flatMap(({ kernel, bias }, k) => [
        [`classifierKernel${k}`, tf.clone<tf.Tensor>(kernel)] as const,
        [`classifierBias${k}`, bias === undefined ? tf.zeros([kernel.shape[1]]) : tf.clone(bias)] as const,
      ]),
    ),
  )
}

function classifierOf(
  teacher: Teacher | undefined,
  channels: number | undefined,
  tap: string,
  k: number,
): Classifier {
  const dense = teacher?.layers.findLast((layer) => layer.getClassName() === 'Dense')
  const [kernel, bias] = dense?.getWeights() ?? []
  if (kernel !== undefined && kernel.shape[0] === channels) return { kernel: kernel as tf.Tensor2D, bias }
  throw new UmbraError('UMBRA_TAP_SHAPE', {
    subject: `tap "${tap}" of teacher ${k + 1}`,
    expected: `the channels that the teacher’s last dense layer reads, ${kernel?.shape[0] ?? 'but it has none'}`,
    received: `${channels ?? 'no'} channels`,
    remedy:
      'Set `teacherTap` to the last map before pooling (stage3 of the ResNets here), or leave `hintWeighting` at logits',
  })
}

/** Logits of teacher k's classifier on a feature map averaged over its positions. `[batch, classes]` */
export function classified(map: tf.Tensor4D, constants: TensorRecord, k: number): tf.Tensor2D {
  const pooled = tf.mean<tf.Tensor2D>(map, [1, 2])
  const scores = tf.matMul(pooled, entryOf(constants, `classifierKernel${k}`))
  return tf.add(scores, entryOf(constants, `classifierBias${k}`))
}
