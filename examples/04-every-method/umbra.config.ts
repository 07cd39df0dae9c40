import { fileURLToPath } from 'node:url'
import { defineConfig } from '@umbra/cli'

// Relative paths are resolved against this folder; UMBRA_DATA names another folder with the data and the weights.
const data = process.env.UMBRA_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

/** The normalisation with which the published weights were trained. */
const imagenet = { scale: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }

export default defineConfig({
  name: 'every-method',
  dataset: { id: 'cifar10', options: { path: `${data}/cifar-10-binary` }, trainLimit: 20_000 },
  teachers: [{ model: 'resnet56', weights: `${data}/weights/resnet56-4bfd9763.th`, normalisation: imagenet }],
  student: { model: 'resnet8' },
  methods: [
    // plugin-baselines
    'ce',
    'fitnet',
    'at',
    'sp',
    'cc',
    'vid',
    'rkd',
    'pkt',
    'nst',
    // The stages before the labels are 30 epochs of 240 by default; here a quarter of the only epoch (also ab and ft).
    { id: 'fsp', options: { initEpochs: 0.25 } },
    // One assistant between the two, as small as possible: each is trained in a separate stage.
    { id: 'takd', options: { assistants: ['resnet14'] } },
    { id: 'dgkd', options: { assistants: ['resnet14'] } },
    // Stops at epoch 120 by default, which this run does not reach.
    { id: 'eskd', options: { stopEpoch: 0.75 } },
    'ban',
    'dml',
    'mcl',
    'tf-ls',
    'crd',
    { id: 'ab', options: { initEpochs: 0.25 } },
    { id: 'ft', options: { initEpochs: 0.25 } },
    'ofd',
    // Rises to its weight over 20 epochs by default, as in the published code, so that it weighs little here (dkd likewise).
    'reviewkd',
    // Used from the start, the weight of 400 makes the loss infinite within ten steps at this learning rate; here it rises to 400.
    {
      id: 'semckd',
      options: {
        weight: { kind: 'warm-up', epochs: 1, from: 0, then: { kind: 'constant', value: 400 } },
      },
    },
    'simkd',
    // plugin-softening
    'kd',
    'ats',
    'isats',
    'ctkd',
    'logit-standardisation',
    'skd',
    'dkd',
    'nkd',
    'mlkd',
    // plugin-discrepancy
    'dist',
    'enhanced',
    'discrepancy',
    'teacher-regularised',
    // plugin-multiteacher
    'mkd',
    // The hints count after the first epoch by default, and there is only one.
    { id: 'mkd-hint', options: { hintWeight: 100 } },
    'mtcd',
    'umbra',
  ],
  seeds: [0],
  recipe: {
    epochs: 1,
    batch: 64,
    optimiser: { kind: 'sgd', lr: 0.05, momentum: 0.9, weightDecay: 5e-4 },
    augment: { crop: 4, flip: true },
  },
})
