import { describe, expect, it } from 'vitest'
import { UmbraError } from '../errors/umbra-error.js'
import { recipeSchema } from '../recipe/recipe.js'
import { hookProblems } from './hook-problems.js'
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
      `hook "recipe" of plugin "bad": expected the value, changed or not, to be returned, received ${received}.`,
    )
  })
})

describe('hookProblems', () => {
  it('names the nearest hook', () => {
    const hooks = { epochStrat: () => undefined, runEnd: () => undefined, toString: () => 'x' }
    const messages = hookProblems({ name: 'p', hooks }).map(({ message }) => message)
    expect(messages).toHaveLength(2)
    expect(messages[0]).toMatch(/^unknown hook "epochStrat" of plugin "p". Did you mean "epochStart"\?/)
    expect(messages[1]).toContain('"toString"')
  })
})
