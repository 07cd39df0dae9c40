import { fileURLToPath } from 'node:url'
import { defineConfig } from '@umbra/cli'

// Relative paths are resolved against this folder; UMBRA_DATA names another folder with the data and the weights.
const data = process.env.UMBRA_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

export default defineConfig({
  name: 'cifar100-first',
  dataset: { id: 'cifar100', options: { path: `${data}/cifar-100-binary` }, trainLimit: 10_000 },
  teachers: [{ model: 'resnet56', weights: `${data}/weights/cifar100_resnet56-f2eff4c8.pt` }],
  student: { model: 'resnet20' },
  methods: ['ce', 'kd', 'ats'],
  seeds: [0, 1],
  recipe: {
    epochs: 2,
    batch: 64,
    optimiser: { kind: 'sgd', lr: 0.05, momentum: 0.9, weightDecay: 5e-4 },
    augment: { crop: 4, flip: true },
  },
})
