import { detach } from '../../src/tensor-ops/detach.js'
import { tf } from '../../src/tf.js'
import { gap, kernelShape, type MuseumPiece, project, soundKd, withHint, withKd, wrong } from './piece.js'

const initial = (): tf.Tensor => tf.truncatedNormal(kernelShape, 0, 0.5, 'float32', 3)

export const HINTS: readonly MuseumPiece[] = [
  {
    caughtBy: 'reach',
    says: /feature is detached/,
    seenIn: 'the released hints of CA-MKD',
    definition: wrong('hint-detached', 'The hint adds to the value, not to the gradient.', {
      objective: withHint((s, t, { kernel }) => gap(project(detach(s), kernel!), t), {
        prepare: () => ({ variables: { kernel: initial() } }),
      }),
    }),
  },
  {
    caughtBy: 'reach',
    says: /Its student side is detached/,
    definition: wrong('student-detached', 'The student’s logits are detached instead of the teacher’s.', {
      objective: withKd((s, t, temperature, y) => soundKd(detach(s), t, temperature, y)),
    }),
  },
  {
    caughtBy: 'gradients',
    says: /no gradient arrives/,
    definition: wrong(
      'cut-by-hand',
      'A feature rounded, so that its gradient is lost, and straightened by hand.',
      {
        objective: withHint(
          (s, t, { kernel }) => {
            const cut = tf.customGrad<tf.Tensor4D>((x) => ({
              value: (x as tf.Tensor4D).clone(),
              gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
            }))
            return gap(project(cut(s), kernel!), t)
          },
          { prepare: () => ({ variables: { kernel: initial() } }) },
        ),
      },
    ),
  },
  {
    caughtBy: 'purity',
    says: /made one itself/,
    seenIn: 'yolov8_Distillation #5 and #16',
    definition: wrong('projector-outside', 'A projector made beside `prepare`: in no optimiser.', {
      objective: (chosen) => {
        const kernel = tf.variable(initial())
        return withHint((s, t) => gap(project(s, kernel), t))(chosen)
      },
    }),
  },
  {
    caughtBy: 'purity',
    says: /must make no variable/,
    definition: wrong('projector-each-step', 'A new projector at every step.', {
      objective: withHint((s, t) => gap(project(s, tf.variable(initial())), t)),
    }),
  },
  {
    caughtBy: 'leaks',
    says: /keep tensors for later/,
    definition: wrong('projector-kept', 'A projector made at the first step and kept, never trained.', {
      objective: (chosen) => {
        let kernel: tf.Tensor | undefined
        return withHint((s, t) => gap(project(s, (kernel ??= tf.keep(initial()))), t))(chosen)
      },
    }),
  },
  {
    caughtBy: 'degenerate',
    says: /dead units/,
    seenIn: 'LMOps #38 and others: NaN after some hundred steps',
    definition: wrong('length-of-nothing', 'Features divided by their length, which may be 0.', {
      objective: withHint((s, t) => {
        const unit = (x: tf.Tensor4D): tf.Tensor => {
          const positions = tf.mean(tf.square(x), 3)
          return tf.div(positions, tf.sqrt(tf.sum(tf.square(positions), [1, 2], true)))
        }
        return tf.mean(tf.squaredDifference(unit(s), unit(t)), [1, 2])
      }),
    }),
  },
  {
    caughtBy: 'variables',
    says: /gradient from at least one term/,
    definition: wrong('projector-detached', 'The projector is prepared, and its gradient cut.', {
      objective: withHint((s, t, { kernel }) => gap(project(s, detach(kernel!)), t), {
        prepare: () => ({ variables: { kernel: initial() } }),
      }),
    }),
  },
  {
    caughtBy: 'variables',
    says: /the same after four steps/,
    definition: wrong('projector-idle', 'The projector is multiplied by 0.', {
      objective: withHint((s, t, { kernel }) => gap(project(s, tf.add(tf.mul(kernel!, 0), 0.1)), t), {
        prepare: () => ({ variables: { kernel: initial() } }),
      }),
    }),
  },
]
