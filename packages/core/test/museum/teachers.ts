import type { LayersModel } from '@tensorflow/tfjs-layers'
import * as tfl from '@tensorflow/tfjs-layers'
import type { Objective } from '../../src/contracts/objective.js'
import { tf } from '../../src/tf.js'
import { gap, type MuseumPiece, soundKd, withHint, withKd, wrong } from './piece.js'

/** Holds on to a teacher and runs one of its layers as if it were being trained. */
const inTrainingMode = (chosen: { temperature: number; kdWeight: number }): Objective => {
  let teacher: LayersModel | undefined
  return withHint(
    (s, t) => {
      const again = teacher!.getLayer('stage2_pre').apply(t, { training: true }) as tf.Tensor4D
      return gap(tf.mean(s, 3, true), tf.mean(again, 3, true))
    },
    {
      prepare: (_shapes, _seed, { teachers }) => {
        teacher = teachers[0]
        return {}
      },
    },
  )(chosen)
}

export const TEACHERS: readonly MuseumPiece[] = [
  {
    caughtBy: 'teacher-untouched',
    says: /run in training mode/,
    seenIn: 'overhaul-distillation #37',
    definition: wrong('teacher-in-training-mode', 'A teacher’s batch normalisation keeps learning.', {
      objective: inTrainingMode,
    }),
  },
  {
    caughtBy: 'teacher-untouched',
    says: /not frozen/,
    seenIn: 'yolov8_Distillation #16: the teacher is in the optimiser',
    definition: wrong('shared-classifier', 'The student ends in the teacher’s own classifier, unfrozen.', {
      student: (student, [teacher]) => {
        const classifier = teacher!.getLayer('logits')
        const width = classifier.getWeights()[0]!.shape[0]
        const pooled = student.getLayer('pooled').output as tfl.SymbolicTensor
        const widened = tfl.layers.dense({ name: 'widened', units: width }).apply(pooled)
        return tfl.model({ inputs: student.inputs, outputs: classifier.apply(widened) as tfl.SymbolicTensor })
      },
      objective: withKd(soundKd),
    }),
  },
  {
    caughtBy: 'teacher-untouched',
    says: /was disposed/,
    definition: wrong('teacher-weight-given-away', '`prepare` hands out the teacher’s own kernel.', {
      objective: withHint(
        (s, _t, { kernel }) => tf.add(tf.mean(tf.square(s), [1, 2, 3]), tf.mean(tf.square(kernel!))),
        {
          prepare: (_shapes, _seed, { teachers }) => ({
            variables: { kernel: teachers[0]!.getLayer('stage3_conv').weights[0]!.read() },
          }),
        },
      ),
    }),
  },
]
