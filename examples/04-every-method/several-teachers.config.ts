import { fileURLToPath } from 'node:url'
import { defineConfig } from '@umbra/cli'

// Relative paths are resolved against this folder; UMBRA_DATA names another folder with the data and the weights.
const data = process.env.UMBRA_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

/** The normalisation with which the published weights were trained. */
const imagenet = { scale: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }

const teacher = (model: string, hash: string) => ({
  model,
  weights: `${data}/weights/${model}-${hash}.th`,
  normalisation: imagenet,
})

export default defineConfig({
  name: 'several-teachers',
  dataset: { id: 'cifar10', options: { path: `${data}/cifar-10-binary` }, trainLimit: 20_000 },
  teachers: [
    teacher('resnet20', '12fca82f'),
    teacher('resnet32', 'd509ac18'),
    teacher('resnet44', '014dd654'),
    teacher('resnet56', '4bfd9763'),
  ],
  student: { model: 'resnet8' },
  methods: [
    'ce',
    'mkd',
    {
      id: 'mkd',
      label: 'mkd-fixed',
      options: { weighting: 'fixed', weightingOptions: { weights: [1, 1, 1, 3] } },
    },
    { id: 'mkd', label: 'mkd-entropy', options: { weighting: 'entropy' } },
    { id: 'mkd', label: 'mkd-confidence', options: { weighting: 'confidence' } },
    { id: 'mkd', label: 'mkd-adaptive', options: { weighting: 'adaptive' } },
    // The hints count after the first epoch by default, and there is only one; CA-MKD uses a weight of 50.
    { id: 'mkd-hint', options: { hintWeight: 100 } },
    {
      id: 'mkd-hint',
      label: 'ca-mkd',
      options: {
        weighting: 'confidence',
        hintWeighting: 'classifier',
        hintWeight: 50,
        studentTap: 'stage3',
        teacherTap: 'stage3',
      },
    },
    'mtcd',
    { id: 'mtcd', label: 'mtcd-infonce', options: { form: 'infonce' } },
    'umbra',
    {
      id: 'umbra',
      label: 'umbra-isats-match',
      options: { weighting: 'confidence', softening: 'isats', enhancement: 'match', form: 'infonce' },
    },
  ],
  seeds: [0],
  recipe: {
    epochs: 1,
    batch: 64,
    optimiser: { kind: 'sgd', lr: 0.05, momentum: 0.9, weightDecay: 5e-4 },
    augment: { crop: 4, flip: true },
  },
})
