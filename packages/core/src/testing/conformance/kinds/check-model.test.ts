import * as tfl from '@tensorflow/tfjs-layers'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { defineModel } from '../../../contracts/model.js'
import { checkModel } from './check-model.js'

beforeAll(useCpuBackend)

it('passes layers without a name, which have one for every build, as a run does', () => {
  const unnamed = defineModel({
    id: 'unnamed',
    summary: 's.',
    options: z.strictObject({}),
    taps: { pixels: 'flatten_Flatten1' },
    build: ({ inputShape, classes, seedFor }) =>
      tfl.sequential({
        layers: [
          tfl.layers.flatten({ inputShape: [...inputShape] }),
          tfl.layers.dense({
            units: classes,
            kernelInitializer: tfl.initializers.glorotUniform({ seed: seedFor('logits') }),
          }),
        ],
      }),
  })
  const verdicts = checkModel(unnamed)
  expect(verdicts.filter(({ status }) => status !== 'passed')).toEqual([])
})
