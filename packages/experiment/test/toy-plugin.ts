import {
  z,
  type Objective,
  type Plugin,
  defineDataset,
  defineFormat,
  defineMethod,
  defineModel,
  definePlugin,
  tf,
} from '@umbra/core'
import { crossEntropyObjective } from '@umbra/core/trainer'
import { decodeSafetensors } from '@umbra/core/files'
import { readFileSync } from 'node:fs'
import { tinyModel, toyImages } from '@umbra/testing'

/** A model, a data set, a format and two methods, small enough for tests of whole runs. */
export const toyPlugin: Plugin = definePlugin({
  name: 'toy-plugin',
  version: '1.0.0',
  contract: 1,
  provides: [
    defineModel({
      id: 'toy',
      summary: 'A convolution and a classifier.',
      options: z.strictObject({ width: z.int().min(1).default(3) }),
      taps: { stage1: 'relu' },
      build: ({ seedFor }, { width }) =>
        tinyModel({
          inputShape: [6, 6, 1],
          classes: 3,
          filters: width,
          batchNorm: true,
          seed: seedFor('toy'),
        }),
    }),
    defineFormat({
      id: 'safetensors',
      summary: 'Weights by name.',
      options: z.strictObject({}),
      extensions: ['.safetensors'],
      read: (path) =>
        Promise.resolve(
          [...decodeSafetensors(readFileSync(path), path)].map(([name, { shape, data }]) => ({
            name,
            shape,
            data: Float32Array.from(data),
          })),
        ),
    }),
    defineDataset({
      id: 'toy',
      summary: 'Bright rows.',
      options: z.strictObject({}),
      load: () =>
        Promise.resolve({
          id: 'toy',
          shape: [6, 6, 1],
          classes: ['a', 'b', 'c'],
          train: toyImages(50),
          test: toyImages(30, 2),
          normalisation: { scale: 255, mean: [0.3], std: [0.3] },
          sources: [],
        }),
    }),
    defineMethod({
      id: 'plain',
      title: 'Labels only',
      summary: 'Cross-entropy.',
      formula: 'ce',
      options: z.strictObject({}),
      teachers: { min: 0, max: 9 },
      objective: () => crossEntropyObjective(),
    }),
    defineMethod({
      id: 'imitate',
      title: 'Squared difference of logits',
      summary: 'Follows the teacher.',
      formula: 'mean (z_s - z_t)^2',
      options: z.strictObject({ weight: z.number().positive().default(1) }),
      teachers: { min: 1, max: 1 },
      objective: ({ weight }) => ({
        weights: { imitate: weight },
        terms: ({ student, teachers }) => ({
          terms: { imitate: tf.mean(tf.square(tf.sub(student.logits, teachers[0]!.logits)), 1) },
        }),
      }),
    }),
    defineMethod({
      id: 'chain',
      title: 'Teacher, assistant, student',
      summary: 'Follows an assistant that followed the teacher.',
      formula: 'mean (z_s - z_a)^2',
      options: z.strictObject({}),
      teachers: { min: 1, max: 1 },
      objective: () => followLast(),
      assistants: () => [
        {
          label: 'middle',
          model: { id: 'toy', options: { width: 4 } },
          teachers: 'last',
          objective: followLast(),
          identity: 'chain',
        },
      ],
    }),
  ],
})

const followLast = (): Objective => ({
  weights: { follow: 1 },
  terms: ({ student, teachers }) => ({
    terms: { follow: tf.mean(tf.square(tf.sub(student.logits, teachers.at(-1)!.logits)), 1) },
  }),
})
