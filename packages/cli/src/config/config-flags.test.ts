import { expect, test } from 'vitest'
import { omit } from '@umbra/core/trainer'
import { configSchema } from '@umbra/experiment'
import { applyFlags } from './config-flags.js'

const config = {
  dataset: { id: 'digits', trainLimit: 100 },
  student: { model: 'cnn', normalisation: {} },
  methods: [
    'ce',
    { id: 'kd', options: { temperature: 2 } },
    { id: 'kd', label: 'kd-hot', options: { temperature: 9 } },
  ],
  recipe: { epochs: 30, batch: 64 },
}

test('flags win over the file and leave the rest', () => {
  expect(applyFlags(config, { seeds: '0, 1', epochs: '2', name: 'x', engine: 'wasm' }, '/here')).toEqual({
    ...config,
    seeds: [0, 1],
    recipe: { epochs: 2, batch: 64 },
    name: 'x',
    engine: 'wasm',
  })
})

test('methods chosen by label or id keep their options', () => {
  expect(applyFlags(config, { methods: 'kd-hot,kd,ats' }, '/here').methods).toEqual([
    config.methods[2],
    config.methods[1],
    'ats',
  ])
})

test('a sum named by its parts keeps its options', () => {
  const sum = { of: ['kd', { id: 'fitnet', options: { weight: 50 } }] }
  const methods = [...config.methods, sum]
  expect(applyFlags({ ...config, methods }, { methods: 'kd+fitnet,kd+at' }, '/here').methods).toEqual([
    sum,
    'kd+at',
  ])
})

test('paths in flags are resolved against the current folder', () => {
  expect(
    applyFlags(config, { data: 'd', runs: 'r', teacher: ['resnet56=w/t.pt'], dataset: 'cifar100' }, '/here'),
  ).toMatchObject({
    dataset: { id: 'cifar100', options: { path: '/here/d' } },
    runs: '/here/r',
    teachers: [{ model: { id: 'resnet56' }, weights: '/here/w/t.pt' }],
  })
})

test('naming the data set of the file again keeps its settings', () => {
  expect(applyFlags(config, { dataset: 'digits' }, '/here').dataset).toEqual(config.dataset)
})

test('--set takes JSON or text', () => {
  const out = applyFlags(config, { set: ['recipe.augment.flip=true', 'name=a=b', 'seeds=[4]'] }, '/here')
  expect(out).toMatchObject({ recipe: { augment: { flip: true } }, name: 'a=b', seeds: [4] })
})

const student = {
  model: { id: 'cnn', options: { width: 2, depth: 3 } },
  normalisation: { mean: [0], std: [1] },
}

test('a model named by a flag keeps what the file says of it', () => {
  const of = (flag: string) => applyFlags({ ...config, student }, { student: flag }, '/here').student
  expect(of('cnn')).toEqual(student)
  expect(of('cnn:width=8')).toEqual({ ...student, model: { id: 'cnn', options: { width: 8, depth: 3 } } })
  expect(of('resnet20')).toEqual({ model: { id: 'resnet20' } })
  expect(of('resnet20:width=32,stages=[1,2],head.kind=linear')).toEqual({
    model: { id: 'resnet20', options: { width: 32, stages: [1, 2], head: { kind: 'linear' } } },
  })
})

test('teachers keep their options, not how they were trained', () => {
  const trained = (width: number) => ({
    model: { id: 'cnn', options: { width } },
    train: { epochs: 3 },
    seed: 1,
  })
  const teachers = [trained(16), trained(32)]
  const of = (...teacher: readonly string[]) =>
    applyFlags({ ...config, teachers }, { teacher }, '/here').teachers
  expect(of('cnn=a.pt', 'cnn=b=1,c=2.pt', 'cnn=c.pt')).toEqual([
    { model: { id: 'cnn', options: { width: 16 } }, weights: '/here/a.pt' },
    { model: { id: 'cnn', options: { width: 32 } }, weights: '/here/b=1,c=2.pt' },
    { model: { id: 'cnn' }, weights: '/here/c.pt' },
  ])
  expect(of('cnn:width=8,depth=2=w/a=b.pt')).toEqual([
    { model: { id: 'cnn', options: { width: 8, depth: 2 } }, weights: '/here/w/a=b.pt' },
  ])
})

test('data set, workers and validation keep the other settings of the file', () => {
  const written = {
    dataset: { id: 'digits', trainLimit: 100, options: { path: 'd' } },
    validation: { count: 50, seed: 7 },
    executor: { id: 'workers', options: { threads: 2 } },
  }
  expect(applyFlags(written, { dataset: 'digits:size=8', validation: '0.2', workers: '3' }, '/here')).toEqual(
    {
      dataset: { id: 'digits', trainLimit: 100, options: { path: 'd', size: 8 } },
      validation: { fraction: 0.2, seed: 7 },
      executor: { id: 'workers', options: { threads: 2, workers: 3 } },
    },
  )
  expect(applyFlags(written, { dataset: 'cifar10' }, '/here').dataset).toEqual({ id: 'cifar10' })
})

test.each([
  ['recipe.optimiser.lr=0.1', { recipe: { optimiser: { kind: 'sgd', lr: 0.1 } } }],
  ['recipe.optimiser.kind=adam', { recipe: { optimiser: { kind: 'adam' } } }],
  ['recipe.schedule.warmUp=2', { recipe: { schedule: { kind: 'cosine', warmUp: 2 } } }],
  ['seeds.1=7', { seeds: [0, 7, 2] }],
  ['executor.options.workers=2', { executor: { id: 'in-process', options: { workers: 2 } } }],
  ['validation.seed=3', { validation: { seed: 3 } }],
  ['teachers.0.train.optimiser.lr=1', { teachers: [{ train: { optimiser: { kind: 'sgd', lr: 1 } } }] }],
  ['study.temperatures.0=3', { study: { temperatures: [3, 2, 4, 8] } }],
])('--set %s is laid over the default', (text, expected) => {
  expect(applyFlags({}, { set: [text] }, '/here')).toEqual(expected)
})

test('--set reaches every setting that has a default, and what comes out is a configuration', () => {
  const least = { dataset: { id: 'digits' }, student: { model: 'cnn' }, methods: ['ce'] }
  const paths = leaves(
    omit(configSchema.parse(least), ['pairs', 'student', 'teachers', 'methods', 'dataset']),
  )
  expect(paths.length).toBeGreaterThan(20)
  for (const [path, value] of paths) {
    const out = configSchema.safeParse(
      applyFlags(least, { set: [`${path}=${JSON.stringify(value)}`] }, '/here'),
    )
    expect({ path, error: out.error }).toEqual({ path, error: undefined })
    expect(out.data).toEqual(configSchema.parse(least))
  }
})

/** Every value inside, with its dotted path. */
function leaves(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
}

test.each([
  { student: 'cnn:' },
  { student: ':width=1' },
  { student: 'cnn:width' },
  { dataset: '' },
  { teacher: ['cnn:width=2'] },
  { seeds: 'a' },
  { epochs: '' },
  { teacher: ['resnet56'] },
  { set: ['x'] },
  { set: ['=1'] },
])('wrong use: %j', (flags) => {
  expect(() => applyFlags(config, flags, '/here')).toThrow(expect.objectContaining({ code: 'UMBRA_USAGE' }))
})

test('hooks chosen by id keep their options', () => {
  const ema = { id: 'ema', options: { decay: 0.99 } }
  const configured = { ...config, hooks: [ema, 'early-stopping'] }
  expect(applyFlags(configured, { hooks: 'early-stopping, ema,other' }, '/here').hooks).toEqual([
    'early-stopping',
    ema,
    'other',
  ])
  expect(applyFlags(configured, { hooks: '' }, '/here').hooks).toEqual([])
  expect(applyFlags(configured, {}, '/here').hooks).toEqual(configured.hooks)
  const ece = { id: 'ece', options: { bins: 10 } }
  expect(applyFlags({ metrics: [ece] }, { metrics: 'nll,ece' }, '/here').metrics).toEqual(['nll', ece])
})
