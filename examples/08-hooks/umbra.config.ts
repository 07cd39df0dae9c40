import { defineConfig } from '@umbra/cli'

// The students of the quickstart with three sets of hooks: averaged weights, early stopping, and one defined in this folder.
export default defineConfig({
  name: 'hooks',
  plugins: ['./centred-gradients.ts'],
  dataset: { id: 'digits' },
  teachers: [
    { model: { id: 'cnn', options: { width: 32 } }, train: { epochs: 8, batch: 64, evaluateEvery: 4 } },
  ],
  student: { model: { id: 'cnn', options: { width: 2 } } },
  methods: ['ce', 'kd', 'ats'],
  seeds: [0, 1, 2],
  recipe: { epochs: 24, batch: 64, optimiser: { kind: 'sgd', lr: 0.05 }, schedule: { kind: 'constant' } },
  hooks: [
    'centred-gradients',
    { id: 'ema', options: { decay: 0.98 } },
    { id: 'early-stopping', options: { patience: 4, monitor: 'loss' } },
  ],
})
