import { expect, test } from 'vitest'
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
    teachers: [{ model: 'resnet56', weights: '/here/w/t.pt' }],
  })
})

test('naming the data set of the file again keeps its settings', () => {
  expect(applyFlags(config, { dataset: 'digits' }, '/here').dataset).toEqual(config.dataset)
})

test('--set takes JSON or text', () => {
  const out = applyFlags(config, { set: ['recipe.augment.flip=true', 'name=a=b', 'seeds=[4]'] }, '/here')
  expect(out).toMatchObject({ recipe: { augment: { flip: true } }, name: 'a=b', seeds: [4] })
})

test.each([{ seeds: 'a' }, { epochs: '' }, { teacher: ['resnet56'] }, { set: ['x'] }, { set: ['=1'] }])(
  'wrong use: %j',
  (flags) => {
    expect(() => applyFlags(config, flags, '/here')).toThrow(expect.objectContaining({ code: 'UMBRA_USAGE' }))
  },
)

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
})
