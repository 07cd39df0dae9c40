import { z } from 'zod'
import { defineMethod } from '../../src/contracts/method.js'
import { tf } from '../../src/tf.js'
import { type MuseumPiece, options, soundKd, withKd, wrong } from './piece.js'

export const WEIGHTS: readonly MuseumPiece[] = [
  {
    caughtBy: 'weights',
    says: /inside the terms as well/,
    definition: wrong('weighed-twice', 'The weight is applied in the terms and by the trainer.', {
      objective: (chosen) => withKd((...args) => tf.mul(soundKd(...args), chosen.kdWeight))(chosen),
    }),
  },
  {
    caughtBy: 'weights',
    says: /It is not used/,
    seenIn: 'huggingface/trl #5731: half cross-entropy whatever was configured',
    definition: wrong('weight-ignored', 'The option is there, the loss has a number of its own.', {
      objective: ({ temperature }) => withKd(soundKd)({ temperature, kdWeight: 0.5 }),
    }),
  },
  {
    caughtBy: 'options',
    says: /trip through JSON/,
    definition: defineMethod({
      id: 'options-that-change',
      title: 'options-that-change',
      summary: 'A temperature that is transformed each time it is parsed: a resumed run has another.',
      formula: 'L = CE + T^2 KL',
      teachers: { min: 1, max: 1 },
      options: options.extend({
        temperature: z
          .number()
          .default(4)
          .transform((t) => t / 2)
          .describe('T'),
      }),
      objective: withKd(soundKd),
    }),
  },
  {
    caughtBy: 'options',
    says: /unknown option must be an error/,
    seenIn: 'frameworks that take keyword arguments: a typing error trains with the default',
    definition: wrong('loose-options', 'Unknown options are taken in silence.', {
      objective: withKd(soundKd),
      ...({ options: z.looseObject(options.shape) } as object),
    }),
  },
]
