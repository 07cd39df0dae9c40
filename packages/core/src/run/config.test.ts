import { describe, expect, it } from 'vitest'
import { configSchema } from './config.js'
import { recipeSchema } from './recipe.js'

const smallest = { dataset: { id: 'digits' }, student: { model: 'cnn' }, methods: ['kd'] }

describe('configSchema', () => {
  it('fills in what is left out', () => {
    const config = configSchema.parse(smallest)
    expect(config.seeds).toEqual([0, 1, 2])
    expect(config.methods).toEqual([{ id: 'kd', options: {}, label: 'kd' }])
    expect(config.student.model).toEqual({ id: 'cnn', options: {} })
    expect(config.recipe.optimiser).toEqual({
      kind: 'sgd',
      lr: 0.05,
      momentum: 0.9,
      nesterov: false,
      weightDecay: 5e-4,
    })
    expect(configSchema.parse(configSchema.parse(smallest))).toEqual(config)
  })

  it.each([
    ['an unknown key', { ...smallest, studnet: 1 }],
    ['a name that leaves its folder', { ...smallest, name: '../elsewhere' }],
    ['a label that leaves its folder', { ...smallest, methods: [{ id: 'kd', label: '../../x' }] }],
    ['no method', { ...smallest, methods: [] }],
    ['a teacher without weights or training', { ...smallest, teachers: [{ model: 'cnn' }] }],
  ])('refuses %s', (_, config) => {
    expect(configSchema.safeParse(config).success).toBe(false)
  })
})

describe('recipeSchema', () => {
  it('has the recipe of most published tables within reach', () => {
    const schedule = { kind: 'multi-step', milestones: [150, 180, 210] }
    const recipe = recipeSchema.parse({ epochs: 240, batch: 64, schedule, augment: { crop: 4, flip: true } })
    expect(recipe.schedule).toEqual({ ...schedule, factor: 0.1, warmUp: 0 })
  })
})
