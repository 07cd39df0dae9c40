import { fileURLToPath } from 'node:url'
import { defineConfig } from '@umbra/cli'

// Relative paths are resolved against this folder; UMBRA_DATA names another folder with the data and the weights.
const data = process.env.UMBRA_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

export default defineConfig({
  name: 'cifar10-comparison',
  dataset: { id: 'cifar10', options: { path: `${data}/cifar-10-binary` }, trainLimit: 20_000 },
  teachers: [
    {
      model: 'resnet56',
      weights: `${data}/weights/resnet56-4bfd9763.th`,
      // The normalisation with which these weights were trained.
      normalisation: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    },
  ],
  student: { model: 'resnet8' },
  methods: ['ce', 'kd', 'ats', 'isats', 'dkd', 'dist', 'fitnet', 'rkd'],
  seeds: [0, 1, 2],
  recipe: {
    epochs: 10,
    batch: 64,
    optimiser: { kind: 'sgd', lr: 0.05, momentum: 0.9, weightDecay: 5e-4 },
    augment: { crop: 4, flip: true },
  },
})
