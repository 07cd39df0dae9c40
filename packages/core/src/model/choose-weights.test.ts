import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { defineModel, type ForeignTensor } from '../contracts/model.js'
import { UmbraError } from '../errors/umbra-error.js'
import { toyModel } from '../../test/toy-cohort.js'
import { z } from 'zod'
import { chooseWeights } from './choose-weights.js'
import type { Fitter } from './fit-weights.js'
import type { WeightChoice } from './weight-sets.js'

const NAMES = ['conv1.weight', 'bn1.weight', 'layer1.0.weight', 'fc.weight', 'fc.bias', 'fc.scale']
const set = (prefix = '', value = 1): ForeignTensor[] =>
  NAMES.map((name) => ({ name: prefix + name, shape: [1], data: Float32Array.of(value) }))

const model = toyModel(1)

/** Fits tensors of exactly these names. */
const fitter: Fitter = {
  definition: defineModel({
    id: 'toy',
    summary: '',
    options: z.strictObject({}),
    taps: {},
    build: () => model,
  }),
  weights: () => NAMES.length,
  dispose: () => undefined,
  implied: (tensors) => (tensors.some(({ name }) => name === 'conv1.weight') ? { known: true } : {}),
  attempt: (tensors) => {
    const names = tensors.map(({ name }) => name)
    const missing = NAMES.filter((name) => !names.includes(name))
    const extra = names.filter((name) => !NAMES.includes(name))
    return missing.length + extra.length > 0
      ? new UmbraError('UMBRA_WEIGHTS_MISMATCH', {
          subject: 'weights',
          received: `no ${missing.join(', ')}; unexpected ${extra.join(', ')}`,
        })
      : { model, named: new Map() }
  },
}
const choose = (
  foreign: readonly ForeignTensor[],
  choice: WeightChoice = {},
): ReturnType<typeof chooseWeights> => chooseWeights(foreign, choice, fitter, 'file.pt')
const values = (foreign: readonly ForeignTensor[], choice?: WeightChoice): number[] =>
  choose(foreign, choice).tensors.map(({ data }) => data[0] ?? NaN)
const mixed = (name: string): ForeignTensor => ({ name, shape: [], data: Float32Array.of(9) })

describe('a beginning that all names share', () => {
  it.each([
    '',
    '_orig_mod.',
    'net.',
    'backbone.',
    'module.student.',
    'state_dict.model._orig_mod.module.',
    '0.',
    'a.b.c.d.e.',
  ])('%j is taken off without a word', (prefix) => {
    const chosen = choose(set(prefix))
    expect(chosen.tensors.map(({ name }) => name)).toEqual(NAMES)
    expect(chosen.notice).toBeUndefined()
  })

  it('may have other tensors beside it', () => {
    expect(values([...set('state_dict.module.'), mixed('best_acc'), mixed('hyper.lr')])).toEqual(
      Array(6).fill(1),
    )
  })

  it('is taken off inside names where single layers were wrapped', () => {
    const inside = set().map((tensor) => ({
      ...tensor,
      name: tensor.name.replace('layer1.', 'layer1._orig_mod.'),
    }))
    expect(choose(inside).tensors.map(({ name }) => name)).toEqual(NAMES)
  })
})

describe('several sets of weights', () => {
  it.each([
    ['state_dict', 'state_dict_ema'],
    ['model', 'model_ema'],
    ['model', 'ema.state_dict'],
    ['state_dict', 'ema_state_dict'],
    ['net', 'averaged'],
    ['model', 'swa_model.module'],
    ['state_dict', 'modelEma'],
    ['model', 'model_avg'],
    ['weights', 'shadow_params'],
  ])('raw ones in %s and averaged ones in %s: the averaged ones, and it is said', (raw, averaged) => {
    for (const file of [
      [...set(`${raw}.`, 5), ...set(`${averaged}.`, 1)],
      [...set(`${averaged}.`, 1), ...set(`${raw}.`, 5)],
    ]) {
      expect(values(file)).toEqual(Array(6).fill(1))
      expect(choose(file).notice).toBe(
        `file.pt: the averaged weights in "${averaged}" are used, not the raw ones in "${raw}"`,
      )
      expect(values(file, { key: raw })).toEqual(Array(6).fill(5))
    }
  })

  it('averaged ones alone are said to be so', () => {
    expect(choose(set('model_ema.')).notice).toBe('file.pt: the averaged weights in "model_ema" are used')
  })

  it('averaged ones that do not fit are never passed over', () => {
    const file = [...set('model.'), mixed('ema.shadow_params.0')]
    expect(() => choose(file)).toThrow(/averaged ones like "ema.shadow_params.0".*key: 'model'/)
    expect(values(file, { key: 'model' })).toEqual(Array(6).fill(1))
  })

  it("an optimiser's averages of gradients are no averaged weights", () => {
    expect(
      choose([...set('model.'), mixed('optimizer.state.w.exp_avg'), mixed('avgpool.x')]).notice,
    ).toBeUndefined()
  })

  it.each([
    [{ prefix: 'module.student' }, 1],
    [{ prefix: 'student.' }, 1],
    [{ key: 'module.teacher' }, 2],
    [{ key: 'module', prefix: 'teacher' }, 2],
  ])('a student and its teacher: %j chooses', (choice, value) => {
    const file = [...set('module.student.', 1), ...set('module.teacher.', 2)]
    expect(values(file, choice)).toEqual(Array(6).fill(value))
    expect(() => choose(file)).toThrow(
      /received "module.student" and "module.teacher".*prefix: 'module.student'/,
    )
  })

  it('of two, only the one that fits is used, and it is said', () => {
    const other = set('teacher.').map((tensor) => ({ ...tensor, name: `${tensor.name}2` }))
    expect(choose([...set('student.'), ...other]).notice).toBe(
      'file.pt: the weights in "student" are used, the other 6 tensors are not',
    )
  })
})

describe('what does not fit', () => {
  it('is explained without the beginning of its names', () => {
    const less = set('state_dict.module.').filter(({ name }) => !name.endsWith('fc.bias'))
    expect(() => choose(less)).toThrow('weights: received no fc.bias; unexpected.')
  })

  it('is explained for the place that the user names, with what is there', () => {
    expect(() => choose(set('model.'), { key: 'modle' })).toThrow(
      'expected tensors under "modle", received the groups model, model.fc, model.bn1, model.conv1',
    )
    expect(() => choose(set('model.'), { key: 'modle' })).toThrow('Did you mean "model"?')
    expect(() => choose(set('model.'), { prefix: 'net' })).toThrow('with names that begin with "net"')
  })
})
