import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { Objective } from '../../src/contracts/objective.js'
import { tf } from '../../src/tf.js'
import { type Kd, type MuseumPiece, soundKd, withKd, wrong } from './piece.js'

/** A kd term that a new objective gets anew. */
const fresh =
  (make: () => Kd) =>
  (chosen: { temperature: number; kdWeight: number }): Objective =>
    withKd(make())(chosen)

export const IMPURE: readonly MuseumPiece[] = [
  {
    caughtBy: 'purity',
    says: /kept between calls/,
    definition: wrong(
      'hidden-step-counter',
      'A warm-up counted in the objective: a traced step never warms up.',
      {
        objective: fresh(() => {
          let step = 0
          return (...args) => tf.mul(soundKd(...args), Math.min(1, ++step / 100))
        }),
      },
    ),
  },
  {
    caughtBy: 'resume',
    says: /bits of four steps/,
    seenIn: 'CAT #11, lightly-train #80: what a checkpoint forgets',
    definition: wrong('counter-not-saved', 'The same: a resumed run warms up again.', {
      objective: fresh(() => {
        let step = 0
        return (...args) => tf.mul(soundKd(...args), Math.min(1, ++step / 100))
      }),
    }),
  },
  {
    caughtBy: 'purity',
    says: /Math\.random/,
    definition: wrong('own-noise', 'Noise on the teacher from Math.random.', {
      objective: withKd((s, t, temperature, y) =>
        soundKd(s, tf.mul(t, 1 + 0.1 * Math.random()), temperature, y),
      ),
    }),
  },
  {
    caughtBy: 'purity',
    says: /read values/,
    definition: wrong('branch-on-a-value', 'The teacher is read to decide whether it is sure enough.', {
      objective: withKd((s, t, temperature, y) => {
        const sure = tf.mean(tf.max(tf.softmax(t), 1)).dataSync()[0]! > 0.3
        return tf.mul(soundKd(s, t, temperature, y), sure ? 1 : 0.5)
      }),
    }),
  },
  {
    caughtBy: 'purity',
    says: /clock/,
    definition: wrong('warm-up-by-the-clock', 'A weight that grows with the seconds since the start.', {
      objective: withKd((...args) => tf.mul(soundKd(...args), 1 + (Date.now() % 7) / 1e3)),
    }),
  },
  {
    caughtBy: 'purity',
    says: /batches seen before/,
    seenIn: 'haitongli/knowledge-distillation-pytorch #16, AiDotNet #437',
    definition: wrong(
      'stale-teacher-cache',
      'The teacher’s logits are kept from the first batch, by their place in it.',
      {
        objective: fresh(() => {
          let cached: Tensor2D | undefined
          return (s, t, temperature, y) => soundKd(s, (cached ??= tf.keep(tf.clone(t))), temperature, y)
        }),
      },
    ),
  },
  {
    caughtBy: 'leaks',
    says: /three steps left/,
    definition: wrong('kept-tensor', 'A tensor kept at every step.', {
      objective: withKd((s, t, temperature, y) => soundKd(s, tf.keep(tf.clone(t)), temperature, y)),
    }),
  },
]
