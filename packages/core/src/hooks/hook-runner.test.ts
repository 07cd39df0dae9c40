import type { Scalar } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { shaped } from '../../test/toy-tensor.js'
import { UmbraError } from '../errors/umbra-error.js'
import { recipeSchema } from '../recipe/recipe.js'
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
  const clock = { step: shaped() as Scalar, progress: shaped() as Scalar }
  const gradients = { w: shaped(2), v: shaped(3) }

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
})
