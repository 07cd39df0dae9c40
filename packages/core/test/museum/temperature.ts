import { klDivergence } from '../../src/losses/kl-divergence.js'
import { tf } from '../../src/tf.js'
import { type MuseumPiece, promises, soft, soundKd, withKd, wrong } from './piece.js'

export const TEMPERATURE: readonly MuseumPiece[] = [
  {
    caughtBy: 'temperature',
    says: /lacks the factor T\^2/,
    seenIn: 'IntelLabs/distiller #122',
    definition: wrong('t2-missing', 'KL without its factor T^2.', {
      laws: promises,
      objective: withKd((s, t, temperature) => klDivergence(soft(t, temperature), soft(s, temperature))),
    }),
  },
  {
    caughtBy: 'temperature',
    says: /T where T\^2 belongs/,
    definition: wrong('t-for-t2', 'T in place of T^2.', {
      laws: promises,
      objective: withKd((s, t, temperature) =>
        tf.mul(klDivergence(soft(t, temperature), soft(s, temperature)), temperature),
      ),
    }),
  },
  {
    caughtBy: 'temperature',
    says: /T\^2 is there twice/,
    definition: wrong('t2-twice', 'T^2 in the loss and once more around it.', {
      laws: promises,
      objective: withKd((s, t, temperature, y) =>
        tf.mul(soundKd(s, t, temperature, y), tf.square(temperature)),
      ),
    }),
  },
  {
    caughtBy: 'identity',
    says: /temperature on one network alone/,
    seenIn: 'huggingface/trl #5731',
    definition: wrong('teacher-softened-alone', 'Only the teacher is softened.', {
      laws: promises,
      objective: withKd((s, t, temperature) =>
        tf.mul(klDivergence(soft(t, temperature), tf.logSoftmax(s)), tf.square(temperature)),
      ),
    }),
  },
  {
    caughtBy: 'temperature',
    says: /grows as T\^2/,
    definition: wrong(
      'student-softened-twice-over',
      'The teacher’s probabilities are taken at temperature 1.',
      {
        objective: withKd((s, t, temperature) =>
          tf.mul(klDivergence(tf.logSoftmax(t), soft(s, temperature)), tf.pow(temperature, 3)),
        ),
      },
    ),
  },
]
