import { type ComposedTargets, type NamedShapes, type Prepared, UmbraError, namedSeed, tf } from '@umbra/core'
import type { MtcdOptions } from './mtcd-options.js'
import { unitRows } from './unit-rows.js'

/**
 * Embeddings of the student and of each teacher as variables; as state, that of the targets and, for form crd, memories of
 * the whole training set.
 *
 * Throws UMBRA_CLASSES if form crd has samples of only one class.
 */
export function prepareContrast(
  { samples, student, teachers, labels, classes }: NamedShapes,
  seed: number,
  { form, dimension, studentTap, teacherTap }: MtcdOptions,
  targets: ComposedTargets,
): Prepared {
  if (form === 'crd' && labels.every((label) => label === labels[0]))
    throw new UmbraError('UMBRA_CLASSES', {
      subject: 'negatives of multi-teacher contrastive distillation',
      expected: 'training samples of at least two classes',
      received: 'one class',
      remedy: 'Train on more samples',
    })
  const variables: Record<string, tf.Tensor> = {}
  const state: Record<string, tf.Tensor> = {}
  const uniform = (name: string, shape: [number, number], bound: number): tf.Tensor2D =>
    tf.randomUniform(shape, -bound, bound, 'float32', namedSeed(seed, name))
  const linear = (name: string, shape: readonly number[]): void => {
    const width = shape.slice(1).reduce((a, b) => a * b, 1)
    variables[`${name}.kernel`] = uniform(`${name}.kernel`, [width, dimension], 1 / Math.sqrt(width))
    variables[`${name}.bias`] = tf.zeros([dimension])
  }
  for (const [k, teacher] of teachers.entries()) {
    linear(`student${k}`, student.tap(studentTap))
    linear(`teacher${k}`, teacher.tap(teacherTap))
    Object.assign(state, targets.state(classes, `teacher${k}.`))
    if (form !== 'crd') continue
    for (const name of ['studentMemory', 'teacherMemory']) {
      const rows = uniform(`${name}${k}`, [samples, dimension], 1)
      state[`${name}${k}`] = unitRows(rows)
      rows.dispose()
    }
    state[`studentZ${k}`] = tf.zeros([1])
    state[`teacherZ${k}`] = tf.zeros([1])
  }
  if (form === 'crd') state.bankLabels = tf.tensor1d(Float32Array.from(labels))
  return { variables, state }
}
