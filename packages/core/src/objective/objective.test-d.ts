import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { expectTypeOf, it } from 'vitest'
import { labelLoss } from '../losses/label-loss.js'
import { temperedKl } from '../losses/tempered-kl.js'
import type { Objective } from '../contracts/objective.js'
import { tf } from '../tf.js'
import { objective } from './objective.js'

it('compiles where every name agrees', () => {
  const made = objective({
    weights: { ce: 1, match: { kind: 'linear', from: 0, to: 1 } },
    scalars: { temperature: 4 },
    terms: ({ student, teacher, target, scalars }) => {
      expectTypeOf(scalars.temperature).toEqualTypeOf<Scalar>()
      return {
        ce: labelLoss(student.logits, target),
        match: temperedKl(teacher.logits, student.logits, scalars.temperature),
      }
    },
  })
  expectTypeOf(made).toEqualTypeOf<Objective>()
})

it('types variables and state by what prepare makes', () => {
  objective({
    weights: { hint: 1 },
    taps: { student: ['pooled'] },
    prepare: ({ student }, seed) => ({
      variables: { kernel: tf.randomNormal<tf.Rank.R2>([student.tap('pooled').length, seed]) },
      state: { bank: tf.zeros<tf.Rank.R2>([3, 4]) },
    }),
    terms: ({ student, variables, state }) => {
      expectTypeOf(variables.kernel).toEqualTypeOf<Tensor2D>()
      expectTypeOf(state.bank).toEqualTypeOf<Tensor2D>()
      return [
        { hint: tf.sum(tf.matMul(student.tap<Tensor2D>('pooled'), variables.kernel), 1) },
        { bank: tf.add(state.bank, 1) },
      ]
    },
  })
})

declare const weight: number

it('leaves out a term that is undefined on both sides', () => {
  objective({
    weights: { ce: 1, kd: weight === 0 ? undefined : weight },
    terms: ({ student, target }) => ({
      ce: labelLoss(student.logits, target),
      kd: weight === 0 ? undefined : labelLoss(student.logits, target),
    }),
  })
})

it('gives hard labels to those who ask for them', () => {
  objective({
    labels: 'hard',
    weights: { ce: 1 },
    terms: ({ labels }) => ({ ce: tf.cast(labels, 'float32') }),
  })
  objective({
    weights: { ce: 1 },
    // @ts-expect-error Hard labels are there for `labels: 'hard'` only.
    terms: ({ labels }) => ({ ce: tf.cast(labels, 'float32') }),
  })
})

it('types feeds by their names', () => {
  objective({
    weights: { noisy: 1 },
    feeds: ({ ids, stream }) => ({
      noise: { shape: [ids.length], data: Float32Array.from(ids, (_, i) => stream.uniform(i)) },
    }),
    terms: ({ feeds }) => {
      expectTypeOf(feeds.noise).toEqualTypeOf<Tensor>()
      return { noisy: feeds.noise as Tensor1D }
    },
  })
  objective({
    weights: { noisy: 1 },
    feeds: () => ({ noise: { shape: [1], data: new Float32Array(1) } }),
    // @ts-expect-error It is called `noise`.
    terms: ({ feeds }) => ({ noisy: tf.sum(feeds.nosie, 1) }),
  })
})

it('does not compile with a term that has no weight', () => {
  objective({
    // @ts-expect-error The weight of `match` is missing.
    weights: { ce: 1 },
    terms: ({ student, target }) => ({
      ce: labelLoss(student.logits, target),
      match: labelLoss(student.logits, target),
    }),
  })
})

it('does not compile with a weight that has no term', () => {
  objective({
    weights: { ce: 1, match: 1 },
    // @ts-expect-error The term `match` is missing.
    terms: ({ student, target }) => ({ ce: labelLoss(student.logits, target) }),
  })
})

it('does not compile with a misspelt scalar or variable', () => {
  objective({
    weights: { kd: 1 },
    scalars: { temperature: 4 },
    terms: ({ student, teacher, scalars }) => ({
      // @ts-expect-error It is called `temperature`.
      kd: temperedKl(teacher.logits, student.logits, scalars.temprature),
    }),
  })
  objective({
    weights: { kd: 1 },
    prepare: () => ({ variables: { kernel: tf.zeros([3]) } }),
    terms: ({ variables }) => ({
      // @ts-expect-error It is called `kernel`.
      kd: tf.sum(variables.kernal, 1),
    }),
  })
  objective({
    weights: { kd: 1 },
    prepare: () => ({ state: { bank: tf.zeros([3]) } }),
    terms: ({ student, state, target }) => [
      { kd: labelLoss(student.logits, target) },
      // @ts-expect-error It is called `bank`.
      { bnk: tf.add(state.bank, 1) },
    ],
  })
})

it('does not compile with a term that is not one number an example', () => {
  objective({
    weights: { ce: 1 },
    // @ts-expect-error `[batch, classes]` in place of `[batch]`.
    terms: ({ student }) => ({ ce: student.logits }),
  })
})
