import { describe, expect, it } from 'vitest'
import { configSchema } from './experiment-config.js'
import type { UmbraError } from '@umbra/core'
import { parseOptions, recipeSchema } from '@umbra/core/trainer'

const smallest = { dataset: { id: 'digits' }, student: { model: 'cnn' }, methods: ['kd'] }

describe('configSchema', () => {
  it('is explained through all its unions', () => {
    const config = {
      ...smallest,
      student: { model: { id: 'cnn', option: {} } },
      teachers: [{ model: 'resnet56', weigths: 'a.pt' }],
    }
    const explain = (): unknown => parseOptions(configSchema, config, 'umbra.config.ts')
    expect(explain).toThrow(expect.objectContaining({ code: 'UMBRA_OPTION_UNKNOWN' }))
    let problems: UmbraError['facts']['problems']
    try {
      explain()
    } catch (error) {
      problems = (error as UmbraError).facts.problems
    }
    expect(problems).toEqual([
      'unknown option "teachers[0].weigths" of umbra.config.ts. Did you mean "weights"? Known: key, model, normalisation, prefix, weights.',
      'unknown option "student.model.option" of umbra.config.ts. Did you mean "options"? Known: id, options.',
    ])
  })

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

  it('takes several methods as one', () => {
    const methods = [
      'kd+fitnet',
      {
        of: [
          { id: 'ats', options: { tau1: 6 } },
          { id: 'fitnet', weight: 0.5 },
        ],
        labelWeight: 0.1,
        label: 'mine',
      },
    ]
    expect(configSchema.parse({ ...smallest, methods }).methods).toEqual([
      { id: 'kd+fitnet', options: {}, label: 'kd+fitnet' },
      {
        id: 'ats+fitnet',
        label: 'mine',
        options: { ats: { tau1: 6 }, fitnet: {}, weights: { fitnet: 0.5 }, labelWeight: 0.1 },
      },
    ])
    expect(configSchema.safeParse({ ...smallest, methods: [{ of: ['kd'] }] }).success).toBe(false)
  })
})
