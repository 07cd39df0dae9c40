import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { UmbraError } from '../errors/umbra-error.js'
import { recipeSchema } from '../recipe/recipe.js'
import { hookProblems, sharedHookProblems } from './hook-problems.js'
import { createHookRunner } from './hook-runner.js'

const stage = { stage: 'main', arms: ['kd/0'] }
const recipe = recipeSchema.parse({})

describe('createHookRunner', () => {
  it('notifies one plugin after the other, waiting for each', async () => {
    const seen: string[] = []
    const slow = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      seen.push('slow')
    }
    const runner = createHookRunner([
      { name: 'a', hooks: { stageStart: slow } },
      { name: 'b', hooks: { stageStart: ({ stage }) => void seen.push(`b of ${stage}`) } },
      { name: 'c' },
    ])
    await runner.notify('stageStart', stage)
    await runner.notify('stageEnd', stage)
    expect(seen).toEqual(['slow', 'b of main'])
  })

  it('pipes a value through the plugins in order and leaves it alone without any', () => {
    const runner = createHookRunner([
      { name: 'a', hooks: { recipe: (value) => ({ ...value, epochs: value.epochs + 1 }) } },
      { name: 'b', hooks: { recipe: (value) => ({ ...value, epochs: value.epochs * 2 }) } },
    ])
    expect(runner.pipe('recipe', recipe, stage).epochs).toBe((recipe.epochs + 1) * 2)
    expect(createHookRunner([]).pipe('recipe', recipe, stage)).toBe(recipe)
  })

  it('collects one value a plugin and leaves out those that have none', () => {
    const runner = createHookRunner([
      { name: 'a', hooks: { checkpoint: ({ step }) => ({ step }) } },
      { name: 'b', hooks: { checkpoint: () => undefined } },
      { name: 'c', hooks: { checkpoint: () => null } },
    ])
    expect(runner.collect('checkpoint', { ...stage, step: 7 })).toEqual({ a: { step: 7 }, c: null })
  })

  it('gives each plugin back its own, and nothing to those that had none', async () => {
    const seen: unknown[] = []
    const plugins = ['a', 'b', 'c'].map((name) => ({
      name,
      hooks: {
        checkpoint: () => (name === 'b' ? undefined : { of: name }),
        restore: async (value: unknown) => Promise.resolve(void seen.push([name, value])),
      },
    }))
    const runner = createHookRunner(plugins)
    const stored: unknown = JSON.parse(JSON.stringify(runner.collect('checkpoint', { ...stage, step: 7 })))
    await runner.restore(stored as Record<string, unknown>, stage)
    expect(seen).toEqual([
      ['a', { of: 'a' }],
      ['c', { of: 'c' }],
    ])
  })

  it('knows which hooks anyone has', () => {
    const runner = createHookRunner([{ name: 'a', hooks: { runEnd: () => undefined } }])
    expect([runner.has('runEnd'), runner.has('runStart')]).toEqual([true, false])
  })

  it('runs all pre first and all post last, each in the order of the plugins', async () => {
    const seen: string[] = []
    const says = (text: string) => () => void seen.push(text)
    const runner = createHookRunner([
      { name: 'a', hooks: { runEnd: { order: 'post', handler: says('a post') } } },
      { name: 'b', hooks: { runEnd: says('b') } },
      { name: 'c', hooks: { runEnd: { order: 'pre', handler: says('c pre') } } },
      { name: 'd', hooks: { runEnd: { order: 'pre', handler: says('d pre') } } },
      { name: 'e', hooks: { runEnd: { order: 'post', handler: says('e post') } } },
      { name: 'f', id: 'chosen', hooks: { runEnd: says('f') } },
    ])
    await runner.notify('runEnd', { name: 'r' })
    expect(seen).toEqual(['c pre', 'd pre', 'b', 'f', 'a post', 'e post'])
  })

  it('orders pipes and carries as well', () => {
    const twice = (epochs: number) => epochs * 2
    const runner = createHookRunner([
      { name: 'a', hooks: { recipe: (value) => ({ ...value, epochs: twice(value.epochs) }) } },
      {
        name: 'b',
        hooks: { recipe: { order: 'pre', handler: (value) => ({ ...value, epochs: value.epochs + 1 }) } },
      },
    ])
    expect(runner.pipe('recipe', recipe, stage).epochs).toBe(twice(recipe.epochs + 1))
  })

  it('stops asking at the first answer', () => {
    const asked: string[] = []
    const answering = (name: string, answer: string | undefined) => ({
      name,
      hooks: {
        stop: () => {
          asked.push(name)
          return answer
        },
      },
    })
    const info = { arm: 'kd-s0', method: 'kd', seed: 0, epoch: 1, history: [] }
    const runner = createHookRunner([
      answering('a', undefined),
      answering('b', 'enough'),
      answering('c', 'too much'),
    ])
    expect(runner.first('stop', info)).toBe('enough')
    expect(asked).toEqual(['a', 'b'])
    expect(createHookRunner([answering('a', undefined)]).first('stop', info)).toBeUndefined()
  })

  const arm = { arm: 'kd-s0', method: 'kd', seed: 0 }
  class ToyTensor {
    readonly shape: readonly number[]
    readonly dtype: string
    readonly isDisposed: boolean
    constructor(shape: readonly number[], dtype = 'float32', isDisposed = false) {
      this.shape = shape
      this.dtype = dtype
      this.isDisposed = isDisposed
    }
  }
  const shaped = (...shape: number[]): Tensor => new ToyTensor(shape) as unknown as Tensor
  const clock = { step: shaped() as Scalar, progress: shaped() as Scalar }

  it('gives each what it carries and passes the value on', () => {
    const [w, doubled, kept, next] = [shaped(2), shaped(2), shaped(1), shaped(1)]
    const seen: unknown[] = []
    const runner = createHookRunner([
      { name: 'a', hooks: { weights: { step: () => ({ value: { w: doubled } }) } } },
      {
        name: 'b',
        id: 'mean',
        hooks: {
          weights: {
            initial: (value) => {
              seen.push(value)
              return { kept }
            },
            step: (value, state) => {
              seen.push(value, state)
              return { state: { kept: next } }
            },
          },
          average: (state) => ({ w: state.kept! }),
        },
      },
    ])
    const states = runner.initial('weights', { w, v: w }, arm)
    expect(states).toEqual({ a: {}, 'b/mean': { kept } })
    const after = runner.carry('weights', { w, v: w }, states, { ...arm, ...clock })
    expect(after.value).toEqual({ w: doubled, v: w })
    expect(after.states['b/mean']!.kept).toBe(next)
    expect(seen).toEqual([{ w, v: w }, { w: doubled, v: w }, { kept }])
    expect(runner.offer('average', after.states, { ...arm, weights: { w: kept } })!.w).toBe(next)
  })

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

  it('keeps a copy of what a plugin wants in a checkpoint', () => {
    const memory = { seen: [1], left: undefined }
    const runner = createHookRunner([{ name: 'p', hooks: { checkpoint: () => memory } }])
    const collected = runner.collect('checkpoint', { ...stage, step: 1 })
    memory.seen.push(2)
    expect(collected).toEqual({ p: { seen: [1] } })
  })

  it.each([
    ['a number out of range', (value: object) => ({ ...value, epochs: -1 }), '"epochs" that is wrong'],
    ['an unknown setting', (value: object) => ({ ...value, epoch: 1 }), 'that is wrong'],
    ['a part of it', () => ({ epochs: 1 }), 'expected a whole recipe, received one without "batch".'],
    [
      'a part of a part',
      (value: object) => ({ ...value, optimiser: { kind: 'sgd' } }),
      'received one without "optimiser.lr".',
    ],
    ['a text', () => 'x', 'received "x".'],
  ])('refuses %s for the recipe', (_, hook, message) => {
    const runner = createHookRunner([{ name: 'p', hooks: { recipe: hook as never } }])
    const run = (): unknown => runner.pipe('recipe', recipe, stage)
    expect(run).toThrow(message)
    expect(run).toThrow('hook "recipe" of plugin "p": ')
  })

  it('tells and gives copies that cannot be changed', async () => {
    const figures = { top1: 0.5, top5: 0.9, loss: 1, samples: 10 }
    const info = { ...arm, epoch: 0, set: 'test' as const, weights: 'student' as const, result: figures }
    const change = (hooks: object): ReturnType<typeof createHookRunner> =>
      createHookRunner([{ name: 'p', id: 'cheat', hooks }])
    const cheat = change({
      evaluated: ({ result }: { result: { top1: number } }) => void (result.top1 = 1),
    })
    await expect(cheat.notify('evaluated', info)).rejects.toThrow(
      'hook "evaluated" of "cheat" (plugin "p") threw TypeError',
    )
    expect(figures.top1).toBe(0.5)
    const history = [{ epoch: 0, validation: figures }]
    const stop = change({
      stop: ({ history }: { history: { validation: { top1: number } }[] }) =>
        void (history[0]!.validation.top1 = 1),
    })
    expect(() => stop.first('stop', { ...arm, epoch: 0, history })).toThrow('threw TypeError')
    const inPlace = change({
      recipe: (value: { epochs: number }) => {
        value.epochs = 1
        return value
      },
    })
    expect(() => inPlace.pipe('recipe', recipe, stage)).toThrow('threw TypeError')
    const emptied = change({
      gradients: (value: Record<string, unknown>) => {
        delete value.w
        return value
      },
    })
    expect(() => emptied.pipe('gradients', gradients, { ...arm, scalars: {} })).toThrow('threw TypeError')
  })

  const broken = (): never => {
    throw new TypeError('x is not a tensor')
  }

  it('names plugin and hook when a hook throws, and keeps the cause', async () => {
    const runner = createHookRunner([
      {
        name: 'bad',
        hooks: {
          runStart: broken,
          recipe: broken,
          checkpoint: broken,
          epochEnd: async () => Promise.reject(new Error('late')),
        },
      },
    ])
    const expected = (hook: string, reason: string): unknown =>
      expect.objectContaining({
        code: 'UMBRA_HOOK',
        message: `hook "${hook}" of plugin "bad" threw ${reason}.`,
        cause: expect.any(Error) as Error,
      })
    const type = 'TypeError: x is not a tensor'
    await expect(runner.notify('runStart', { name: 'r' })).rejects.toThrow(expected('runStart', type))
    await expect(runner.notify('epochEnd', { ...stage, epoch: 1 })).rejects.toThrow(
      expected('epochEnd', 'Error: late'),
    )
    expect(() => runner.pipe('recipe', recipe, stage)).toThrow(expected('recipe', type))
    expect(() => runner.collect('checkpoint', { ...stage, step: 1 })).toThrow(expected('checkpoint', type))
  })

  it('keeps the code of an UmbraError and says where it came from', async () => {
    const cause = new UmbraError('UMBRA_DISK_FULL', { subject: 'the log', remedy: 'Make room' })
    const runner = createHookRunner([{ name: 'log', hooks: { runEnd: () => Promise.reject(cause) } }])
    await expect(runner.notify('runEnd', { name: 'r' })).rejects.toThrow(
      expect.objectContaining({
        code: 'UMBRA_DISK_FULL',
        message: 'hook "runEnd" of plugin "log": the log. Make room.',
        cause,
      }) as Error,
    )
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

describe('hookProblems', () => {
  it('names handlers that cannot be called', () => {
    const hooks = {
      runEnd: 3,
      weights: () => ({}),
      stop: { order: 'first', handler: () => undefined },
      average: { order: 'post', handler: () => undefined },
    }
    const messages = hookProblems({ name: 'p', id: 'x', hooks: hooks as never }).map(({ message }) => message)
    expect(messages).toHaveLength(3)
    expect(messages[0]).toContain('hook "runEnd" of "x" (plugin "p"): expected a function, or')
    expect(messages[1]).toContain(
      'hook "weights" of "x" (plugin "p"): expected { initial, step } of functions, or',
    )
    expect(messages[2]).toContain('hook "stop"')
  })

  it('refuses two averages', () => {
    const hooks = { average: () => undefined, runEnd: () => undefined }
    const [problem, ...others] = sharedHookProblems([
      { name: 'a', hooks },
      { name: 'b', id: 'ema', hooks },
    ])
    expect(others).toEqual([])
    expect(problem!.message).toContain('plugin "a" and "ema" (plugin "b")')
    expect(sharedHookProblems([{ name: 'a', hooks }])).toEqual([])
  })

  it('names the nearest hook', () => {
    const hooks = { epochStrat: () => undefined, runEnd: () => undefined, toString: () => 'x' }
    const messages = hookProblems({ name: 'p', hooks }).map(({ message }) => message)
    expect(messages).toHaveLength(2)
    expect(messages[0]).toMatch(/^unknown hook "epochStrat" of plugin "p". Did you mean "epochStart"\?/)
    expect(messages[1]).toContain('"toString"')
  })
})
