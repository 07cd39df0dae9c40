import { assemble } from '@umbra/core/trainer'
import { studySchema } from '@umbra/experiment'
import { vision } from '@umbra/plugin-vision'
import { createEngine } from '@umbra/engine'
import { beforeAll, describe, expect, it } from 'vitest'
import { completeMethod } from './complete-method.js'
import { studyComparisons } from './study-comparisons.js'
import { rolesOf, studyMethods } from './study-methods.js'
import { endsOf, studyTeachers } from './study-teachers.js'

const trained = (width: number) => ({ model: { id: 'cnn', options: { width } }, train: { epochs: 1 } })
const given = { model: 'resnet8', weights: 'a.th' }
const raw = { ladders: [{ family: 'cnn', teachers: [trained(4)] }] }
const study = studySchema.parse({
  ladders: [
    { family: 'cnn', teachers: [trained(4), trained(2), trained(3)], seeds: [5, 6] },
    { family: 'given', teachers: [given, { ...given, weights: 'b.th' }] },
  ],
  students: [{ model: 'cnn' }, { model: { id: 'cnn', options: { width: 1 } } }],
  temperatures: [1, 2.5],
  methods: [
    'ce',
    'eskd',
    { id: 'isats', teachers: 'ends' },
    { id: 'ats', label: 'ats-heavy', options: { lambda: 0.9 } },
    { id: 'enhanced', label: 'match', options: { enhancement: 'match' } },
  ],
})
const teachers = studyTeachers(study)
const labels = teachers.map(({ label }) => label)

beforeAll(async () => {
  await createEngine('cpu')
})

describe('teachers of a study', () => {
  it('are trained once a seed of their ladder, under labels of their own; given ones stand once', () => {
    expect(labels).toEqual([
      ...['cnn-s5', 'cnn-s6', 'cnn-s5-2', 'cnn-s6-2', 'cnn-s5-3', 'cnn-s6-3'],
      ...['resnet8', 'resnet8-2'],
    ])
    expect(teachers.map(({ config }) => ('train' in config ? config.seed : config.weights))).toEqual([
      ...[5, 6, 5, 6, 5, 6],
      ...['a.th', 'b.th'],
    ])
    const [first, again, other] = teachers.map(({ architecture }) => architecture)
    expect(first).toBe(again)
    expect(first).not.toBe(other)
  })

  it('the ends of a family are its smallest and largest architecture by parameters', () => {
    const ends = endsOf(teachers, assemble([vision]), { shape: [8, 8, 1], classes: ['a', 'b'] })
    expect([...ends].sort()).toEqual(
      ['cnn-s5', 'cnn-s6', 'cnn-s5-2', 'cnn-s6-2', 'resnet8', 'resnet8-2'].sort(),
    )
  })
})

describe('methods of a study', () => {
  it('one arm a temperature with the loss weights of ats; eskd stops half way', () => {
    expect(studyMethods(study, 10).slice(0, 4)).toEqual([
      { id: 'ats', label: 'ts-t1', options: { tau1: 1, tau2: 1 }, teachers: 'all' },
      { id: 'ats', label: 'ts-t2.5', options: { tau1: 2.5, tau2: 2.5 }, teachers: 'all' },
      { id: 'ce', label: 'ce', options: {}, teachers: 'all' },
      { id: 'eskd', label: 'eskd', options: { stopEpoch: 5 }, teachers: 'all' },
    ])
  })

  it('parts of a sum are completed as methods are', () => {
    const of = ['eskd', { id: 'enhanced', options: { enhancement: 'match' } }]
    const [method] = studyMethods(
      { temperatures: [], methods: studySchema.parse({ ...raw, methods: [{ of }] }).methods },
      10,
    )
    const match = { enhancement: 'match' }
    expect(method?.options).toEqual({ eskd: { stopEpoch: 5 }, enhanced: match, weights: {} })
    const evidence = { label: 'small', family: 'cnn', architecture: 'a', parameters: 1, sets: {} } as never
    const complete = completeMethod({ teachers: [evidence], varianceByClass: new Map([['small', [1, 2]]]) })
    // `method` is there: one was parsed.
    expect(complete(method!, { family: 'cnn' }).options.enhanced).toEqual({
      ...match,
      enhancementOptions: { reference: [1, 2] },
    })
  })

  it('hooks of the configuration are those of each comparison', () => {
    const common = { name: 'hooked', dataset: { id: 'digits' }, hooks: ['ema'] }
    const comparisons = studyComparisons({ study, common, teachers, ends: new Set(labels) })
    expect(comparisons.map(({ config }) => config.hooks)).toEqual(
      comparisons.map(() => [{ id: 'ema', options: {} }]),
    )
  })

  it('other loss weights are no comparison of targets', () => {
    expect(rolesOf(study).map(({ label, role, sameWeights }) => [label, role, sameWeights])).toEqual([
      ['ts-t1', 'temperature', true],
      ['ts-t2.5', 'temperature', true],
      ['ce', 'reference', false],
      ['eskd', 'other', false],
      ['isats', 'calibration', true],
      ['ats-heavy', 'calibration', false],
      ['match', 'enhancement', true],
    ])
  })

  it('match reaches for the smallest teacher of the family, unless it was told otherwise', () => {
    const measures = {
      teachers: [
        { label: 'big', family: 'f', parameters: 9, architecture: 'x', sets: {} },
        { label: 'small', family: 'f', parameters: 3, architecture: 'y', sets: {} },
        { label: 'else', family: 'g', parameters: 1, architecture: 'z', sets: {} },
      ],
      varianceByClass: new Map([['small', [0.5, 0.25]]]),
    }
    const complete = completeMethod(measures)
    const match = studyMethods(study, 10).find(({ label }) => label === 'match')!
    expect(complete(match, { family: 'f' }).options.enhancementOptions).toEqual({ reference: [0.5, 0.25] })
    const told = { ...match, options: { enhancement: 'match', enhancementOptions: { reference: 0.1 } } }
    expect(complete(told, { family: 'f' })).toEqual(told)
    const power = { ...match, options: { enhancement: 'power' } }
    expect(complete(power, { family: 'f' })).toEqual(power)
  })
})

describe('comparisons of a study', () => {
  const comparisons = studyComparisons({
    study,
    common: { name: 'x', dataset: { id: 'digits' }, recipe: { epochs: 10 } },
    teachers,
    ends: new Set(['cnn-s5', 'resnet8']),
  })

  it('hold every pair once, with all its methods, and what needs no teacher once a student', () => {
    expect(comparisons.map(({ config }) => config.name)).toEqual(['x', 'x.2', 'x.3'])
    const [ends, others, reference] = comparisons.map(({ config, pairs }) => ({
      pairs: [...pairs.values()].map(({ student, teacher }) => `${student}<${teacher}`),
      methods: config.methods.map(({ label }) => label),
      teachers: config.pairs.map((pair) => pair.teachers.length),
    }))
    expect(ends!.pairs).toEqual(['cnn<cnn-s5', 'cnn-2<cnn-s5', 'cnn<resnet8', 'cnn-2<resnet8'])
    expect(ends!.methods).toEqual(['ts-t1', 'ts-t2.5', 'eskd', 'isats', 'ats-heavy', 'match'])
    expect(others!.pairs).toHaveLength(12)
    expect(others!.methods).toEqual(['ts-t1', 'ts-t2.5', 'eskd', 'ats-heavy', 'match'])
    expect(reference).toEqual({ pairs: ['cnn<', 'cnn-2<'], methods: ['ce'], teachers: [0, 0] })
    expect(comparisons.every(({ config }) => !config.baselines)).toBe(true)
  })
})
