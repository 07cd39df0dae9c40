import { defineConfig } from '@umbra/cli'

// The embedded digits: a wide network is trained here first, then a narrow one learns with and without it.
export default defineConfig({
  name: 'quickstart',
  dataset: { id: 'digits' },
  teachers: [
    { model: { id: 'cnn', options: { width: 32 } }, train: { epochs: 8, batch: 64, evaluateEvery: 4 } },
  ],
  student: { model: { id: 'cnn', options: { width: 2 } } },
  methods: ['ce', 'kd', 'ats'],
  seeds: [0, 1, 2],
  recipe: { epochs: 24, batch: 64, optimiser: { kind: 'sgd', lr: 0.05 }, evaluateEvery: 8 },
})
