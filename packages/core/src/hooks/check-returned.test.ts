import type { Scalar } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { ToyTensor, shaped } from '../../test/toy-tensor.js'
import { recipeSchema } from '../recipe/recipe.js'
import { createHookRunner } from './hook-runner.js'

const stage = { stage: 'main', arms: ['kd/0'] }
const recipe = recipeSchema.parse({})
const arm = { arm: 'kd-s0', method: 'kd', seed: 0 }
const clock = { step: shaped() as Scalar, progress: shaped() as Scalar }

describe('what hooks return', () => {
  it.each<readonly [string, () => unknown, string]>([
    [
      'another shape',
      () => ({ value: { w: shaped(3) } }),
      'value "w": expected a tensor [2] float32, received [3] float32.',
    ],
    ['a new name', () => ({ value: { x: shaped(2) } }), 'value: expected a name among w, received "x".'],
    [
      'state it did not have',
      () => ({ state: { y: shaped(2) } }),
      'state: expected a name among none, received "y".',
    ],
    [
      'nothing',
      () => undefined,
      'what it returns: expected { value, state }, either of which may be left out, received nothing.',
    ],
    [
      'a bare tensor',
      () => shaped(2),
      'what it returns: expected { value, state }, either of which may be left out, received a tensor [2] float32.',
    ],
    [
      'a bare tensor for its value',
      () => ({ value: shaped(2) }),
      'what it returns: expected an object with one value for each name, received a tensor [2] float32.',
    ],
    [
      'weights beside value and state',
      () => ({ w: shaped(2) }),
      'what it returns: expected { value, state }, either of which may be left out, received "w" in it. Return changed weights',
    ],
    ['a misspelt part', () => ({ stat: {} }), 'received "stat" in it. Did you mean "state"?'],
    [
      'what is no tensor',
      () => ({ value: { w: 'x' } }),
      'value "w": expected a tensor [2] float32, received "x".',
    ],
    [
      'another type',
      () => ({ value: { w: new ToyTensor([2], 'int32') } }),
      'value "w": expected a tensor [2] float32, received [2] int32.',
    ],
    [
      'a promise',
      async () => Promise.reject(new Error('late')),
      'received a promise. This hook cannot be async.',
    ],
  ])('refuses a carry that leaves %s', (_, step, message) => {
    const hooks = { weights: { step: step as never } }
    const runner = createHookRunner([{ name: 'p', id: 'bad', hooks }])
    expect(() => runner.carry('weights', { w: shaped(2) }, {}, { ...arm, ...clock })).toThrow(
      expect.objectContaining({
        code: 'UMBRA_HOOK',
        message: expect.stringContaining(message) as string,
      }) as Error,
    )
    expect(() => runner.carry('weights', { w: shaped(2) }, {}, { ...arm, ...clock })).toThrow(
      'hook "weights" of "bad" (plugin "p"): ',
    )
  })

  it.each([
    ['nothing', () => undefined, 'what "initial" returns: expected tensors by name, received nothing.'],
    [
      'a promise',
      async () => Promise.resolve({}),
      'what it returns: expected tensors by name, received a promise.',
    ],
    ['a bare tensor', () => shaped(2), 'received a tensor [2] float32.'],
    [
      'what is no tensor',
      () => ({ w: 1 }),
      '"w" of what "initial" returns: expected tensors by name, received 1.',
    ],
  ])('refuses %s as the initial values of a carry', (_, initial, message) => {
    const hooks = { weights: { initial: initial as never, step: () => ({}) } }
    const runner = createHookRunner([{ name: 'p', id: 'bad', hooks }])
    expect(() => runner.initial('weights', { w: shaped(2) }, arm)).toThrow(message)
    expect(runner.carriers('weights')).toBe(1)
    expect(
      createHookRunner([{ name: 'p', hooks: { weights: { step: () => ({}) } } }]).carriers('weights'),
    ).toBe(0)
  })

  const gradients = { w: shaped(2), v: shaped(3) }
  const changed: readonly (readonly [string, unknown, string])[] = [
    ['nothing', undefined, 'received nothing.'],
    ['a text', 'x', 'what it returns: expected an object with one gradient for each name, received "x".'],
    ['a promise', Promise.resolve({}), 'received a promise.'],
    [
      'another shape',
      { ...gradients, w: shaped(3) },
      'gradient "w": expected a tensor [2] float32, received [3] float32.',
    ],
    [
      'another type',
      { ...gradients, w: new ToyTensor([2], 'int32') },
      'gradient "w": expected a tensor [2] float32, received [2] int32.',
    ],
    [
      'a tensor that is disposed',
      { ...gradients, w: new ToyTensor([2], 'float32', true) },
      'gradient "w": expected a tensor [2] float32, received a tensor that is disposed.',
    ],
    ['too few', { w: shaped(2) }, 'gradient "v": expected a tensor [3] float32, received nothing.'],
    [
      'too many',
      { ...gradients, vv: shaped(2) },
      'expected a name among w, v, received "vv". Did you mean "v"?',
    ],
    ['a number', { ...gradients, w: 0 }, 'gradient "w": expected a tensor [2] float32, received 0.'],
  ]
  it.each(changed)('refuses gradients that are %s, and blames the hook', (_, returned, message) => {
    const runner = createHookRunner([
      { name: 'fine', hooks: { gradients: (value) => value } },
      { name: 'p', id: 'bad', hooks: { gradients: (() => returned) as never } },
    ])
    const run = (): unknown => runner.pipe('gradients', gradients, { ...arm, scalars: {} })
    expect(run).toThrow(message)
    expect(run).toThrow(/^hook "gradients" of "bad" \(plugin "p"\): /)
    expect(run).toThrow(expect.objectContaining({ code: 'UMBRA_HOOK' }) as Error)
  })

  it.each([
    ['an unknown name', { x: shaped(2) }, 'weight: expected a name among w, v, received "x".'],
    [
      'another shape',
      { ...gradients, w: shaped(1) },
      'weight "w": expected a tensor [2] float32, received [1] float32.',
    ],
    ['too few', { w: shaped(2) }, 'weight "v": expected a tensor [3] float32, received nothing.'],
    [
      'what is no tensor',
      { ...gradients, v: 'x' },
      'weight "v": expected a tensor [3] float32, received "x".',
    ],
    ['a text', 'x', 'received "x".'],
    ['a promise', Promise.resolve({}), 'received a promise.'],
  ])('refuses an average that has %s', (_, offered, message) => {
    const runner = createHookRunner([{ name: 'p', id: 'bad', hooks: { average: (() => offered) as never } }])
    const run = (): unknown => runner.offer('average', {}, { ...arm, weights: gradients })
    expect(run).toThrow(message)
    expect(run).toThrow('hook "average" of "bad" (plugin "p"): ')
  })

  it.each([
    ['', '""'],
    [' ', '" "'],
    [false, 'false'],
    [null, 'null'],
    [Promise.resolve('late'), 'a promise'],
  ])('refuses %j as a reason to stop', (answer, received) => {
    const runner = createHookRunner([{ name: 'p', hooks: { stop: (() => answer) as never } }])
    const info = { arm: 'kd-s0', method: 'kd', seed: 0, epoch: 1, history: [] }
    expect(() => runner.first('stop', info)).toThrow(`received ${received}.`)
  })

  class Memory {
    readonly seen = 1
  }
  const circle: Record<string, unknown> = {}
  circle.itself = circle
  it.each([
    [
      'a function',
      { deep: [{ f: () => 1 }] },
      'what it returns.deep.0.f: expected what JSON keeps',
      'a function.',
    ],
    ['a number that is not finite', { loss: NaN }, 'what it returns.loss', 'NaN.'],
    ['a promise', Promise.resolve(1), 'what it returns', 'a promise.'],
    ['a map', new Map(), 'what it returns', 'an object of class Map.'],
    [
      'an object of a class',
      { memory: new Memory() },
      'what it returns.memory',
      'an object of class Memory.',
    ],
    ['typed arrays', { bytes: Uint8Array.of(1) }, 'what it returns.bytes', 'an object of class Uint8Array.'],
    ['a gap in an array', [undefined], 'what it returns.0', 'nothing.'],
    ['a circle', circle, 'what it returns.itself', 'an object that contains itself.'],
  ])('refuses %s in a checkpoint', (_, state, place, received) => {
    const runner = createHookRunner([{ name: 'p', hooks: { checkpoint: () => state } }])
    const run = (): unknown => runner.collect('checkpoint', { ...stage, step: 1 })
    expect(run).toThrow(`hook "checkpoint" of plugin "p": ${place}`)
    expect(run).toThrow(`received ${received}`)
  })

  it.each([
    ['nothing', () => undefined],
    ['a promise', () => Promise.resolve(recipe)],
  ])('refuses a pipe that returns %s', (received, hook) => {
    const runner = createHookRunner([{ name: 'bad', hooks: { recipe: hook as never } }])
    expect(() => runner.pipe('recipe', recipe, stage)).toThrow(
      `hook "recipe" of plugin "bad": what it returns: expected the value, changed or not, received ${received}.`,
    )
  })
})
