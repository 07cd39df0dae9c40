import { type TensorRecord, entryOf, tf } from '@umbra/core'
import { bankContrast, movedMemory } from './bank-contrast.js'
import type { MtcdOptions } from './mtcd-options.js'
import { otherClasses } from './other-classes.js'

/** Inputs of the contrast with the memories of one teacher. */
export interface MemoryContrast {
  /** Unit rows `[batch, dimension]`. */
  readonly embeddings: { readonly student: tf.Tensor2D; readonly teacher: tf.Tensor2D }
  /** Class indices, int32 `[batch]`. */
  readonly labels: tf.Tensor1D
  /** int32 `[batch]` */
  readonly ids: tf.Tensor1D
  readonly state: TensorRecord
  /** Index of the teacher. */
  readonly k: number
  readonly options: Pick<MtcdOptions, 'negatives' | 'contrastTemperature' | 'momentum'>
}

/**
 * The student against the teacher's memory and the other way round.
 *
 * @returns nats per example `[batch]`, and new values of both memories and their normalisers
 */
export function contrastBothWays({ embeddings, labels, ids, state, k, options }: MemoryContrast): {
  loss: tf.Tensor1D
  memories: TensorRecord
} {
  const { student, teacher } = embeddings
  const studentMemory = entryOf(state, `studentMemory${k}`) as tf.Tensor2D
  const teacherMemory = entryOf(state, `teacherMemory${k}`) as tf.Tensor2D
  const bankLabels = entryOf(state, 'bankLabels') as tf.Tensor1D
  const common = {
    ids,
    others: otherClasses(tf.cast<tf.Tensor1D>(labels, 'float32'), bankLabels),
    negatives: options.negatives,
    temperature: options.contrastTemperature ?? 0.07,
  }
  const ofStudent = bankContrast({
    ...common,
    embedding: student,
    memory: teacherMemory,
    normaliser: entryOf(state, `studentZ${k}`),
  })
  const ofTeacher = bankContrast({
    ...common,
    embedding: teacher,
    memory: studentMemory,
    normaliser: entryOf(state, `teacherZ${k}`),
  })
  return {
    loss: tf.add(ofStudent.loss, ofTeacher.loss),
    memories: {
      [`studentMemory${k}`]: movedMemory(studentMemory, student, ids, options.momentum),
      [`teacherMemory${k}`]: movedMemory(teacherMemory, teacher, ids, options.momentum),
      [`studentZ${k}`]: ofStudent.normaliser,
      [`teacherZ${k}`]: ofTeacher.normaliser,
    },
  }
}
