import { type ModelDefinition, defineModel, z } from '@umbra/core'
import { importResNetWeights } from './import/import-resnet.js'
import { impliedShortcut } from './import/implied-shortcut.js'
import { type ResNetSpec, buildResNet, resNetTaps } from './resnet.js'

const DEPTHS = [8, 14, 20, 32, 44, 56, 110] as const

const resNetOptions = z.strictObject({
  shortcut: z
    .enum(['projection', 'identity'])
    .default('projection')
    .describe(
      'projection: 1x1 convolution and batch normalisation; identity: every other pixel, new channels zero',
    ),
})

/** `resnet8` to `resnet110`, and `resnet8x4` to `resnet110x4`: four times as wide after a stem of 32 channels. */
export const resNets: readonly ModelDefinition<typeof resNetOptions>[] = DEPTHS.flatMap((depth) => [
  resNet({ name: `resnet${depth}`, depth, stem: 16, widths: [16, 32, 64] }),
  resNet({ name: `resnet${depth}x4`, depth, stem: 32, widths: [64, 128, 256] }),
])

function resNet(spec: ResNetSpec): ModelDefinition<typeof resNetOptions> {
  return defineModel({
    id: spec.name,
    summary: `Residual network of ${spec.depth} layers for small images, ${spec.widths.join('/')} channels.`,
    options: resNetOptions,
    taps: resNetTaps(spec),
    build: (context, { shortcut }) => buildResNet(spec, context, shortcut),
    optionsFor: (foreign) => {
      const shortcut = impliedShortcut(foreign)
      return shortcut === undefined ? {} : { shortcut }
    },
    importWeights: importResNetWeights,
  })
}
