import type { LayersModel } from '@tensorflow/tfjs-layers'
import * as tfl from '@tensorflow/tfjs-layers'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { z } from 'zod'
import type { Objective } from '../../contracts/objective.js'
import { defineWeighting } from '../../contracts/parts.js'
import { crossEntropy } from '../../losses/cross-entropy.js'
import { tf } from '../../tf.js'
import { gap, type MuseumPiece, soundKd, withHint, withKd, wrong } from './piece.js'

/** `1 - H_k / sum H`: sums to the number of teachers less one. */
const entropyWeights = (teachers: readonly Tensor2D[]): Tensor2D => {
  const entropies = teachers.map((logits): Tensor1D => {
    const logs = tf.logSoftmax(logits)
    return tf.neg(tf.sum(tf.mul(tf.exp(logs), logs), 1))
  })
  const all = tf.stack(entropies, 1) as Tensor2D
  return tf.sub(1, tf.div(all, tf.sum(all, 1, true)))
}

/** Several teachers' terms, `[batch, teachers]`, to one. */
const several = (combine: (each: Tensor2D, logits: readonly Tensor2D[]) => Tensor1D) =>
  withKd(soundKd, {
    terms: ({ student, teachers, labels, scalars }) => {
      const logits = teachers.map((teacher) => teacher.logits)
      const each = logits.map((z) => soundKd(student.logits, z, scalars.temperature!, labels))
      const ce = crossEntropy(tf.logSoftmax(student.logits), labels)
      return { terms: { ce, kd: combine(tf.stack(each, 1) as Tensor2D, logits) } }
    },
  })

const MANY = { min: 1, max: 8 }

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
    caughtBy: 'teachers',
    says: /do not sum to 1/,
    seenIn: 'the released entropy weights compared with CA-MKD',
    definition: wrong('weights-sum-to-k-less-one', 'Weights of teachers that sum to K - 1.', {
      teachers: MANY,
      objective: several((each, logits) => tf.sum(tf.mul(each, entropyWeights(logits)), 1)),
    }),
  },
  {
    caughtBy: 'mass',
    says: /must sum to 1/,
    seenIn: 'the same, as a weighting',
    definition: defineWeighting({
      id: 'entropy-unnormalised',
      summary: 'One minus the share of the entropy.',
      options: z.strictObject({}),
      create: () => ({ apply: entropyWeights }),
    }),
  },
  {
    caughtBy: 'teachers',
    says: /2 times as large/,
    definition: wrong('sum-over-teachers', 'The sum over teachers in place of their mean.', {
      teachers: MANY,
      objective: several((each) => tf.sum(each, 1)),
    }),
  },
  {
    caughtBy: 'teachers',
    says: /0\.5 times as large/,
    seenIn: 'the released weights of CA-MKD',
    definition: wrong('divided-by-k-again', 'Weights that sum to 1, and a mean over teachers on top.', {
      teachers: MANY,
      objective: several((each) => tf.div(tf.mean(each, 1), each.shape[1])),
    }),
  },
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
        const width = (classifier.getWeights()[0] as Tensor).shape[0]!
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
      objective: withHint((s, _t, { kernel }) => tf.add(tf.mean(tf.square(s), [1, 2, 3]), tf.mean(tf.square(kernel!))), {
        prepare: (_shapes, _seed, { teachers }) => ({
          variables: { kernel: teachers[0]!.getLayer('stage3_conv').weights[0]!.read() },
        }),
      }),
    }),
  },
]
