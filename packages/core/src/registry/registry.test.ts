import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Engine } from '../contracts/engine.js'
import { type Softening, defineEnhancement, defineSoftening, defineWeighting } from '../contracts/parts.js'
import { defineDataset } from '../contracts/dataset.js'
import { defineFormat } from '../contracts/format.js'
import { defineMethod } from '../contracts/method.js'
import { defineSchedule } from '../contracts/schedule.js'
import { defineModel } from '../contracts/model.js'
import { definePlugin, type Plugin } from '../contracts/plugin.js'
import { UmbraError } from '../errors/umbra-error.js'
import { CONTRACTS, CORE_VERSION } from '../version.js'
import { assemble, type Registry } from './registry.js'
import { ClockToken, EngineToken } from './services.js'
import { provideService, token } from '../contracts/service.js'

const softening = (id: string) =>
  defineSoftening({
    id,
    summary: 'Divides by a temperature.',
    options: z.strictObject({ temperature: z.number().positive().default(4) }),
    create: ({ temperature }): Softening => ({
      scalars: { temperature },
      apply: () => {
        throw new Error('not run here')
      },
    }),
  })

const method = (id: string) =>
  defineMethod({
    id,
    title: id.toUpperCase(),
    summary: 'A method.',
    formula: 'CE(y, p)',
    teachers: { min: 0, max: 1 },
    options: z.strictObject({ alpha: z.number().min(0).max(1).default(0.9) }),
    objective: () => ({ weights: {}, terms: () => ({ terms: {} }) }),
  })

const plugin = (name: string, rest: Partial<Plugin> = {}): Plugin =>
  definePlugin({ name, version: '1.0.0', contract: 1, provides: [], ...rest })

function failure(plugins: readonly unknown[], contracts = CONTRACTS): UmbraError {
  try {
    assemble(plugins, { contracts })
  } catch (error) {
    if (error instanceof UmbraError) return error
    throw error
  }
  throw new Error('the plugins were accepted')
}

describe('assemble', () => {
  it('takes one of each kind', () => {
    const none = z.strictObject({})
    const all = plugin('all', {
      needs: ['softening/shared', 'enhancement/spread'],
      provides: [
        method('kd'),
        softening('shared'),
        defineEnhancement({ id: 'spread', summary: 's', options: none, create: () => ({ apply: (t) => t }) }),
        defineWeighting({
          id: 'mean',
          summary: 's',
          options: none,
          create: () => ({ apply: ([first]) => first! }),
        }),
        defineModel({
          id: 'cnn',
          summary: 's',
          options: none,
          taps: {},
          build: () => {
            throw new Error('not built here')
          },
        }),
        defineFormat({
          id: 'npz',
          summary: 's',
          options: none,
          extensions: ['.npz'],
          read: () => Promise.resolve([]),
        }),
        defineDataset({
          id: 'digits',
          summary: 's',
          options: none,
          load: () => Promise.reject(new Error('none')),
        }),
      ],
      hooks: { runEnd: () => undefined },
    })
    const registry = assemble([all])
    const mine = registry.list().filter((entry) => entry.plugin === all)
    expect(mine.map(({ definition }) => definition.kind)).toEqual([
      'method',
      'softening',
      'enhancement',
      'weighting',
      'model',
      'format',
      'dataset',
    ])
    expect(registry.hooks.has('runEnd')).toBe(true)
  })

  it('counts the same plugin listed twice once', () => {
    const one = plugin('one', { provides: [method('kd')] })
    expect(assemble([one, one]).plugins).toEqual([one])
  })

  it('takes no plugins at all, and has what the core provides', () => {
    const registry = assemble([])
    expect(registry.plugins).toEqual([])
    const own = registry.list()
    expect(new Set(own.map(({ definition }) => definition.kind))).toEqual(new Set(['optimiser', 'schedule']))
    for (const entry of own) expect(entry.plugin.name).toBe('@umbra/core')
  })

  it('lets no plugin provide what the core does', () => {
    const again = defineSchedule({
      ...{ id: 'cosine', summary: 's', options: z.strictObject({}), create: () => () => 0.1 },
    })
    expect(failure([plugin('one', { provides: [again] })]).message).toBe(
      'schedule "cosine" is provided by both plugin "@umbra/core" and plugin "one". Remove one of the two, or give it another id.',
    )
  })

  it('keeps the contracts of this core unless told otherwise', () => {
    const { oldest, newest } = CONTRACTS
    for (const contract of [oldest, newest]) expect(() => assemble([plugin('p', { contract })])).not.toThrow()
    expect(() => assemble([plugin('p', { contract: newest + 1 })])).toThrow(UmbraError)
  })

  it('names both plugins that claim one id', () => {
    const error = failure([
      plugin('one', { provides: [method('kd'), softening('kd')] }),
      plugin('two', { provides: [method('kd')] }),
    ])
    expect(error.code).toBe('UMBRA_PLUGIN_DUPLICATE')
    expect(error.message).toBe(
      'method "kd" is provided by both plugin "one" and plugin "two". Remove one of the two, or give it another id.',
    )
  })

  it('finds an id twice in one plugin', () => {
    const error = failure([plugin('one', { provides: [method('kd'), method('kd')] })])
    expect(error.message).toContain('method "kd" is provided twice by plugin "one"')
  })

  it('refuses two plugins of one name, without repeating it for their ids', () => {
    const error = failure([
      plugin('one', { provides: [method('kd')] }),
      plugin('one', { version: '2.0.0', provides: [method('kd')] }),
    ])
    expect(error.code).toBe('UMBRA_PLUGIN_DUPLICATE')
    expect(error.message).toContain('two plugins are named "one" (versions 1.0.0 and 2.0.0)')
  })

  it.each([
    ['a newer contract', 5, 'Install a newer @umbra/core.'],
    ['one that was given up', 1, 'Install a newer version of the plugin.'],
  ])('says what to do about %s', (_, contract, remedy) => {
    const error = failure([plugin('other', { contract })], { oldest: 2, newest: 4 })
    expect(error.code).toBe('UMBRA_PLUGIN_CONTRACT')
    expect(error.message).toBe(
      `plugin "other" 1.0.0: expected a plugin for contract 2 to 4, which @umbra/core ${CORE_VERSION} keeps, received one for contract ${contract}. ${remedy}`,
    )
  })

  it.each([2, 3, 4])('takes contract %i where 2 to 4 are kept', (contract) => {
    expect(() => assemble([plugin('p', { contract })], { contracts: { oldest: 2, newest: 4 } })).not.toThrow()
  })

  it('offers the nearest of what a plugin needs', () => {
    const error = failure([
      plugin('one', { provides: [softening('ats'), method('at')] }),
      plugin('two', { needs: ['softening/atss'] }),
    ])
    expect(error.code).toBe('UMBRA_PLUGIN_NEEDS')
    expect(error.message).toBe(
      'plugin "two" needs softening/atss, which no plugin provides. Add the plugin that provides it. Did you mean "softening/ats"? Known: softening/ats.',
    )
  })

  it('offers the nearest hook', () => {
    const error = failure([plugin('one', { hooks: { epochStrat: () => undefined } as never })])
    expect(error.code).toBe('UMBRA_HOOK')
    expect(error.message).toContain('Did you mean "epochStart"?')
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'plugin 1 of 1: expected an object, received nothing.'],
    ['a class', 'softening', 'plugin 1 of 1: expected an object, received "softening".'],
    ['no name', { ...plugin('x'), name: '' }, 'field "name" of plugin 1 of 1: expected text'],
    ['no version', { ...plugin('x'), version: 'new' }, 'field "version" of plugin "x": received "new".'],
    ['no contract', { ...plugin('x'), contract: undefined }, 'field "contract" of plugin "x": expected'],
    ['a half contract', { ...plugin('x'), contract: 1.5 }, 'field "contract" of plugin "x": expected'],
    ['a bad need', { ...plugin('x'), needs: ['ats'] }, 'field "needs[0]" of plugin "x"'],
    ['no list', { ...plugin('x'), provides: method('kd') }, 'field "provides" of plugin "x"'],
    [
      'a bad hook',
      { ...plugin('x'), hooks: { runEnd: 3 } },
      'hook "runEnd" of plugin "x": expected a function, or { order: "pre" or "post", handler }, received number.',
    ],
    [
      'a bad id',
      plugin('x', { provides: [method('KD v2')] }),
      'field "provides[0].id" of plugin "x": expected text matching /^[a-z0-9][a-z0-9-]*$/, received "KD v2".',
    ],
    [
      'an unknown kind',
      { ...plugin('x'), provides: [{ ...method('kd'), kind: 'metod' }] },
      'field "provides[0].kind" of plugin "x": expected one of "method", "softening"',
    ],
    [
      'no objective',
      { ...plugin('x'), provides: [{ ...method('kd'), objective: undefined }] },
      'field "provides[0].objective" of plugin "x": received nothing. It must be a function.',
    ],
    [
      'options that let unknown keys pass',
      { ...plugin('x'), provides: [{ ...method('kd'), options: z.object({}) }] },
      'field "provides[0].options" of plugin "x": received an object. It must be a schema made with z.strictObject',
    ],
    [
      'an option of a schedule that recipes could not write',
      {
        ...plugin('x'),
        provides: [
          defineSchedule({
            ...{ id: 'two', summary: 's', create: () => () => 0.1 },
            options: z.strictObject({ kind: z.string().default('a') }),
          }),
        ],
      },
      'field "provides[0].options" of plugin "x": received an object. An option cannot be named kind',
    ],
    [
      'an optimiser without a learning rate',
      {
        ...plugin('x'),
        provides: [
          {
            ...{ kind: 'optimiser', id: 'still', summary: 's', create: () => ({ update: () => ({}) }) },
            options: z.strictObject({ lr: z.number() }),
          },
        ],
      },
      'field "provides[0].options" of plugin "x": received an object. An optimiser needs the option lr, a number > 0 with a default',
    ],
    [
      'options that are no schema',
      { ...plugin('x'), provides: [{ ...method('kd'), options: { alpha: 1 } }] },
      'field "provides[0].options" of plugin "x"',
    ],
  ])('refuses %s', (_, value, message) => {
    const error = failure([value])
    expect(error.code).toBe('UMBRA_PLUGIN_SHAPE')
    expect(error.message).toContain(message)
  })

  it('reports everything at once', () => {
    const error = failure([
      plugin('one', { contract: 9, provides: [method('kd')], needs: ['softening/none'] }),
      plugin('two', { provides: [method('kd')], hooks: { runStrat: () => undefined } as never }),
    ])
    expect(error.code).toBe('UMBRA_PROBLEMS')
    expect(error.facts.problems).toEqual([
      expect.stringContaining('contract 9'),
      expect.stringContaining('"runStrat"'),
      expect.stringContaining('method "kd"'),
      expect.stringContaining('softening/none'),
    ])
    for (const line of error.facts.problems!) expect(error.message).toContain(`\n  - ${line}`)
  })

  it('does not call a need unmet while a malformed plugin may meet it', () => {
    const error = failure([plugin('one', { needs: ['softening/ats'] }), { name: 'two' }])
    expect(error.message).not.toContain('needs')
  })
})

describe('Registry', () => {
  const one = plugin('one', { provides: [method('kd'), softening('shared')] })
  const two = plugin('two', { provides: [method('ats')], needs: ['softening/shared'] })
  const registry = assemble([one, two])

  it('finds by kind and id', () => {
    expect(registry.get('method', 'kd')).toMatchObject({ kind: 'method', id: 'kd' })
    expect(registry.get('softening', 'shared')).toMatchObject({ kind: 'softening', id: 'shared' })
  })

  it('offers the nearest id and the known ones', () => {
    expect(() => registry.get('method', 'kdd')).toThrow(
      expect.objectContaining({
        code: 'UMBRA_UNKNOWN_ID',
        message: 'unknown method "kdd". Did you mean "kd"? Known: ats, kd.',
      }) as Error,
    )
    expect(() => registry.get('model', 'kd')).toThrow('unknown model "kd". None is known.')
  })

  it('lists definitions with their plugins', () => {
    expect(registry.list('method').map(({ definition, plugin }) => [definition.id, plugin.name])).toEqual([
      ['kd', 'one'],
      ['ats', 'two'],
    ])
    expect(registry.list().filter(({ plugin }) => [one, two].includes(plugin))).toHaveLength(3)
  })

  it('parses options on behalf of a definition', () => {
    const kd = registry.get('method', 'kd')
    expect(registry.parse(kd)).toEqual({ alpha: 0.9 })
    expect(() => registry.parse(kd, { alpha: 2 })).toThrow(
      'option "alpha" of method "kd": expected a number >= 0 and <= 1, received 2.',
    )
  })

  it('hands out parts with their options checked', () => {
    expect(registry.parts.softening('shared').scalars).toEqual({ temperature: 4 })
    expect(registry.parts.softening('shared', { temperature: 2 }).scalars).toEqual({ temperature: 2 })
    expect(() => registry.parts.softening('shared', { temperature: 0 })).toThrow('softening "shared"')
    expect(() => registry.parts.softening('sharde')).toThrow('Did you mean "shared"?')
    expect(() => registry.parts.weighting('shared')).toThrow('unknown weighting "shared"')
  })
})

describe('services', () => {
  const clock = token<() => number>('clock')
  const fixed = (value: number) => () => () => value

  it('are made once, when first asked for', () => {
    const registry = assemble([])
    let made = 0
    registry.provide(clock, () => {
      made += 1
      return () => made
    })
    expect(made).toBe(0)
    expect(registry.resolve(clock)).toBe(registry.resolve(clock))
    expect(made).toBe(1)
  })

  it('may rest on one another and be replaced', () => {
    const registry = assemble([])
    const text = token<string>('text')
    registry.provide(clock, fixed(1))
    registry.provide(text, (services) => `at ${services.resolve(clock)()}`)
    registry.provide(clock, fixed(2))
    expect(registry.resolve(text)).toBe('at 2')
  })

  it('of a scope stand before those outside and are gone with it', () => {
    const registry = assemble([])
    registry.provide(clock, fixed(1))
    const run = registry.scope()
    run.provide(clock, fixed(2))
    expect([run.resolve(clock)(), registry.resolve(clock)(), registry.scope().resolve(clock)()]).toEqual([
      2, 1, 1,
    ])
  })

  it('made outside a scope never hold on to services of the scope', () => {
    const registry = assemble([])
    const text = token<string>('text')
    registry.provide(clock, fixed(1))
    registry.provide(text, (services) => `at ${services.resolve(clock)()}`)
    const run = registry.scope()
    run.provide(clock, fixed(2))
    expect(run.resolve(text)).toBe('at 1')
  })

  it('are separate in separate registries and for tokens of one description', () => {
    const [first, second]: [Registry, Registry] = [assemble([]), assemble([])]
    first.provide(clock, fixed(1))
    expect(() => second.resolve(clock)).toThrow(UmbraError)
    expect(() => first.resolve(token<() => number>('clock'))).toThrow(UmbraError)
  })

  it('say by name what is missing', () => {
    expect(() => assemble([]).resolve(EngineToken)).toThrow(
      expect.objectContaining({
        code: 'UMBRA_SERVICE',
        message: expect.stringContaining('service "engine"') as string,
      }) as Error,
    )
  })

  it('keep what the scope shares: plugins, definitions and hooks', () => {
    const registry = assemble([plugin('one', { provides: [method('kd')] })])
    expect(registry.scope().get('method', 'kd')).toBe(registry.get('method', 'kd'))
  })

  it('are typed by their token', () => {
    const registry = assemble([])
    const engine = { info: { id: 'cpu' } } as Engine
    registry.provide(EngineToken, () => engine)
    expect(registry.resolve(EngineToken).info.id).toBe('cpu')
  })
})

describe('services of plugins', () => {
  it('stand in for the fallback, and a scope can still replace them', () => {
    const ticking = provideService(ClockToken, () => () => 7)
    const plugin = { name: 'clock', version: '1.0.0', contract: 1, provides: [], services: [ticking] }
    const fallback = (): number => 1
    expect(assemble([]).resolveOr(ClockToken, fallback)()).toBe(1)
    expect(assemble([plugin]).resolveOr(ClockToken, fallback)()).toBe(7)
    const scope = assemble([plugin]).scope()
    scope.provide(ClockToken, () => () => 9)
    expect(scope.resolveOr(ClockToken, fallback)()).toBe(9)
    expect(scope.scope().resolve(ClockToken)()).toBe(9)
  })
})
