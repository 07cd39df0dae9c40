import { fileURLToPath } from 'node:url'
import { defineStudy } from '@umbra/cli'

// UMBRA_DATA names the folder with the data and the weights.
const data = process.env.UMBRA_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

const recipe = {
  epochs: 12,
  batch: 128,
  optimiser: { kind: 'sgd', lr: 0.1, momentum: 0.9, weightDecay: 5e-4 },
  schedule: { kind: 'cosine', warmUp: 1 },
  augment: { crop: 4, flip: true },
} as const
const trained = (model: string, seed: number) => ({ model, train: recipe, seed })

// Three sizes trained here, the smallest and the largest of them twice: the agreement of two trainings of one architecture is the
// upper limit for that of two sizes. The published ResNet-56 was trained much longer. No student: measures and agreement only.
export default defineStudy({
  name: 'cifar100-ladder',
  dataset: { id: 'cifar100', options: { path: `${data}/cifar-100-binary` } },
  validation: { fraction: 0.1 },
  study: {
    ladders: [
      {
        family: 'resnet',
        teachers: [
          trained('resnet8', 0),
          trained('resnet8', 1),
          trained('resnet14', 0),
          trained('resnet20', 0),
          trained('resnet20', 1),
          { model: 'resnet56', weights: `${data}/weights/cifar100_resnet56-f2eff4c8.pt` },
        ],
      },
    ],
    temperature: 4,
  },
  recipe,
})
