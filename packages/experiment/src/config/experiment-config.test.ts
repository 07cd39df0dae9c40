import { describe, expect, it } from 'vitest'
import { configSchema } from './experiment-config.js'
import { studySchema } from './study-config.js'
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

describe('sums of methods', () => {
  it.each<[unknown, string]>([
    [
      { of: ['kd'] },
      'expected a list of values, each text or an object with at least 2 entries, received ["kd"]',
    ],
    [
      { of: [{ of: ['kd', 'at'] }, 'dkd'] },
      'of[0].of" of umbra.config.ts: expected nothing: list all parts of a sum beside each other',
    ],
    [
      { of: ['kd+at', 'dkd'] },
      'of[0]" of umbra.config.ts: expected one method: list all parts of a sum beside each other, received "kd+at"',
    ],
    [{ of: [{ id: 'kd+at' }, 'dkd'] }, 'of[0].id" of umbra.config.ts: expected one method'],
    [{ of: ['kd', { id: 'at', weight: -1 }] }, 'of[1].weight" of umbra.config.ts: expected a number >= 0'],
    [{ of: ['kd', { id: 'at', wieght: 1 }] }, 'Did you mean "weight"?'],
    [{ of: ['kd', 'at'], labelWeight: 'much' }, 'labelWeight" of umbra.config.ts: expected a number'],
  ])('refuses the sum %j in a sentence', (sum, message) => {
    const config = { ...smallest, methods: [sum] }
    expect(() => parseOptions(configSchema, config, 'umbra.config.ts')).toThrow(message)
  })

  it('takes a method twice in a sum, under two names', () => {
    const { methods } = configSchema.parse({
      ...smallest,
      methods: [{ of: ['kd', { id: 'kd', options: { temperature: 1 }, weight: 2 }] }],
    })
    expect(methods).toMatchObject([
      { id: 'kd+kd', options: { kd: {}, 'kd-2': { temperature: 1 }, weights: { 'kd-2': 2 } } },
    ])
  })
})

describe('studySchema', () => {
  it('takes sums as a comparison does', () => {
    const of = ['ats', { id: 'fitnet', weight: 50 }]
    const ladders = [{ family: 'cnn', teachers: [{ model: 'cnn', train: {} }] }]
    const { methods } = studySchema.parse({
      ladders,
      methods: [{ of, label: 'both', teachers: 'ends' }, { of }],
    })
    const options = { ats: {}, fitnet: {}, weights: { fitnet: 50 } }
    expect(methods).toEqual([
      { id: 'ats+fitnet', label: 'both', teachers: 'ends', options },
      { id: 'ats+fitnet', label: 'ats+fitnet', teachers: 'all', options },
    ])
  })
})
