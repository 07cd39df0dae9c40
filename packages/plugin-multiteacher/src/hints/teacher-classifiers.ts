import { type ObjectiveModels, type StaticShapes, type TensorRecord, UmbraError, tf } from '@umbra/core'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'

type Teacher = ObjectiveModels['teachers'][number]

/**
 * Kernel and bias of every teacher's last dense layer, copied: `classifierKernel0` `[channels, classes]`, `classifierBias0`
 * `[classes]`, ...
 *
 * Throws UMBRA_TAP_SHAPE where a teacher has no dense layer on the channels of its tapped map.
 */
export function teacherClassifiers(
  { teachers: shapes }: StaticShapes,
  { teachers }: ObjectiveModels,
  teacherTap: string,
): Record<string, Tensor> {
  const all = shapes.map(({ taps }, k) => classifierOf(teachers[k], taps[teacherTap]!.at(-1)!, teacherTap, k))
  return tf.tidy(() =>
    Object.fromEntries(
      all.flatMap(([kernel, bias], k) => [
        [`classifierKernel${k}`, tf.clone(kernel!)] as const,
        [`classifierBias${k}`, bias === undefined ? tf.zeros([kernel!.shape[1]!]) : tf.clone(bias)] as const,
      ]),
    ),
  )
}

function classifierOf(teacher: Teacher | undefined, channels: number, tap: string, k: number): Tensor[] {
  const weights = teacher?.layers.findLast((layer) => layer.getClassName() === 'Dense')?.getWeights()
  if (weights?.[0]?.shape[0] === channels) return weights
  throw new UmbraError('UMBRA_TAP_SHAPE', {
    subject: `tap "${tap}" of teacher ${k + 1}`,
    expected: `the channels that the teacher’s last dense layer reads, ${weights?.[0]?.shape[0] ?? 'but it has none'}`,
    received: `${channels} channels`,
    remedy:
      'Set `teacherTap` to the last map before pooling (stage3 of the ResNets here), or leave `hintWeighting` at logits',
  })
}

/** Logits of teacher k's classifier on a feature map averaged over its positions. `[batch, classes]` */
export function classified(map: Tensor4D, constants: TensorRecord, k: number): Tensor2D {
  const pooled = tf.mean<Tensor2D>(map, [1, 2])
  const scores = tf.matMul(pooled, constants[`classifierKernel${k}`] as Tensor2D)
  return tf.add(scores, constants[`classifierBias${k}`]!)
}
