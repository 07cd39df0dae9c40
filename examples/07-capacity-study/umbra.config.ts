import { fileURLToPath } from 'node:url'
import { defineStudy } from '@umbra/cli'

// UMBRA_DATA names the folder with the data and the weights.
const data = process.env.UMBRA_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

// These weights were trained with the normalisation of ImageNet.
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const published = (model: string, file: string) => ({
  model,
  weights: `${data}/weights/${file}`,
  normalisation: imagenet,
})

// Four published teachers of one family and one small student. With these methods the study takes more than two hours on two
// cores; `--dry-run` says how long it takes here. Without `methods` every method of the study is trained with every teacher.
export default defineStudy({
  name: 'cifar10-capacity',
  dataset: { id: 'cifar10', options: { path: `${data}/cifar-10-binary` } },
  validation: { fraction: 0.1 },
  study: {
    ladders: [
      {
        family: 'resnet',
        teachers: [
          published('resnet20', 'resnet20-12fca82f.th'),
          published('resnet32', 'resnet32-d509ac18.th'),
          published('resnet44', 'resnet44-014dd654.th'),
          published('resnet56', 'resnet56-4bfd9763.th'),
        ],
      },
    ],
    students: [{ model: 'resnet8' }],
    temperatures: [1, 2, 4, 8],
    temperature: 4,
    methods: [
      'ce',
      'ats',
      {
        id: 'enhanced',
        label: 'match',
        options: { softening: 'shared', softeningOptions: { temperature: 4 }, enhancement: 'match' },
      },
      // Trained with the smallest and the largest teacher only.
      ...['kd', 'isats', 'dkd', 'dist', 'logit-standardisation', 'eskd'].map((id) => ({
        id,
        teachers: 'ends' as const,
      })),
      {
        id: 'enhanced',
        label: 'power',
        options: { softening: 'shared', softeningOptions: { temperature: 4 }, enhancement: 'power' },
        teachers: 'ends',
      },
      // An assistant smaller than every teacher.
      { id: 'takd', options: { assistants: ['resnet14'] }, teachers: 'ends' },
    ],
  },
  seeds: [0, 1, 2],
  recipe: {
    epochs: 10,
    batch: 128,
    optimiser: { kind: 'sgd', lr: 0.1, momentum: 0.9, weightDecay: 5e-4 },
    schedule: { kind: 'cosine', warmUp: 1 },
    augment: { crop: 4, flip: true },
  },
})
