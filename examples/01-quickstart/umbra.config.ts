import { defineConfig } from '@umbra/core'

// The embedded digits: a wide network is trained here first, then a narrow one learns with and without it.
export default defineConfig({
  name: 'quickstart',
  dataset: { id: 'digits' },
  teachers: [{ model: { id: 'cnn', options: { width: 32 } }, train: { epochs: 15, batch: 32 } }],
  student: { model: { id: 'cnn', options: { width: 2 } } },
  methods: ['ce', 'kd', 'ats'],
  seeds: [0, 1, 2],
  recipe: { epochs: 10, batch: 32 },
})
