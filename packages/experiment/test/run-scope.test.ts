import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  ClockToken,
  EngineToken,
  ListenerToken,
  type Plugin,
  type RunEvent,
  type ServiceProvision,
  defineExecutor,
  definePlugin,
  provideService,
  z,
} from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import { assemble } from '@umbra/core/trainer'
import { joinRun } from '../src/index.js'
import { compare, newRuns, studentsOf, toyComparison } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

const services = (...provided: readonly ServiceProvision[]): Plugin =>
  definePlugin({ name: 'services', version: '1.0.0', contract: 1, provides: [], services: provided })

/** A clock on which every look takes a second. */
const slowClock = (): { readonly plugin: Plugin; readonly looks: () => number } => {
  let now = 0
  const clock = (): number => (now += 1000)
  return { plugin: services(provideService(ClockToken, () => clock)), looks: () => now / 1000 }
}

/** Trains every cohort as a worker process does: with a registry of its own, from the job alone. */
const joining = (plugins: () => readonly Plugin[], heard: RunEvent[] = []): Plugin =>
  definePlugin({
    ...{ name: 'joining', version: '1.0.0', contract: 1 },
    provides: [
      defineExecutor({
        id: 'joining',
        summary: 'For tests.',
        options: z.strictObject({}),
        create: () => ({
          run: async (cohorts, { job, signal, listen }) => {
            const registry = assemble([toyPlugin, joining(plugins), ...plugins()])
            const told = (event: RunEvent): void => {
              heard.push(event)
              listen(event)
            }
            const copy = JSON.parse(JSON.stringify(job)) as typeof job
            const runner = await joinRun(copy, { registry, engine: eagerEngine(), signal, listen: told })
            for (const cohort of cohorts) await runner.train(cohort)
            await runner.dispose()
          },
        }),
      }),
    ],
  })

const config = { methods: ['plain'], seeds: [0], teachers: [] }

describe('a run', () => {
  it('takes engine, clock and listener from the plugins', async () => {
    const { plugin, looks } = slowClock()
    const engine = eagerEngine()
    const heard: RunEvent[] = []
    const registry = assemble([
      toyPlugin,
      plugin,
      definePlugin({
        ...{ name: 'more', version: '1.0.0', contract: 1, provides: [] },
        services: [
          provideService(EngineToken, () => ({ ...engine, info: { ...engine.info, detail: 'of a plugin' } })),
          provideService(ListenerToken, () => (event: RunEvent) => void heard.push(event)),
        ],
      }),
    ])
    const unheard: RunEvent[] = []
    const listen = (event: RunEvent): void => void unheard.push(event)
    const { record } = await compare(toyComparison(newRuns(), config, { registry, listen }))
    expect(record.environment.engine).toContain('of a plugin')
    expect(looks()).toBeGreaterThan(10)
    // The run looked at the clock once at its beginning and once at its end.
    expect(record.seconds).toBe(looks() - 1)
    expect(unheard).toEqual([])
    expect(heard.map(({ type }) => type)).toEqual(expect.arrayContaining(['plan', 'step', 'arm-end']))
  })

  it('leaves no service behind: two runs with one registry have their own', async () => {
    const registry = assemble([toyPlugin])
    const counts: number[] = []
    for (const name of ['one', 'two']) {
      let events = 0
      // How many steps are told depends on the time they take.
      const listen = ({ type }: RunEvent): void => {
        if (type !== 'step') events += 1
      }
      await compare(toyComparison(newRuns(), { ...config, name }, { registry, listen }))
      counts.push(events)
    }
    expect(counts[0]).toBeGreaterThan(0)
    expect(counts[1]).toBe(counts[0])
    for (const resolve of [
      () => registry.resolve(EngineToken),
      () => registry.resolve(ClockToken),
      () => registry.resolve(ListenerToken),
    ])
      expect(resolve).toThrow(/asked for but not provided/)
  })
})

describe('a process that takes part in a run', () => {
  it('has the clock of its plugins, tells the leading process everything, and trains the same students', async () => {
    const alone = newRuns()
    const registryOf = (...plugins: readonly Plugin[]) => assemble([toyPlugin, ...plugins])
    await compare(toyComparison(alone, config))
    const clocks: ReturnType<typeof slowClock>[] = []
    const ownClock = (): readonly Plugin[] => {
      const clock = slowClock()
      clocks.push(clock)
      return [clock.plugin]
    }
    const heard: RunEvent[] = []
    const led: RunEvent[] = []
    const runs = newRuns()
    const registry = registryOf(joining(ownClock, heard), slowClock().plugin)
    const listen = (event: RunEvent): void => void led.push(event)
    await compare(toyComparison(runs, { ...config, executor: 'joining' }, { registry, listen }))
    expect(studentsOf(runs)).toEqual(studentsOf(alone))
    expect(clocks).toHaveLength(1)
    expect(clocks[0]!.looks()).toBeGreaterThan(10)
    expect(heard.map(({ type }) => type)).toEqual(expect.arrayContaining(['stage-start', 'step', 'arm-end']))
    expect(led).toEqual(expect.arrayContaining(heard))
  })

  it('keeps its listener to itself where a plugin replaces it: the leading process is told, and tells the plugin', async () => {
    const told: { readonly by: string; readonly event: RunEvent }[] = []
    const listener = (by: string): Plugin =>
      services(provideService(ListenerToken, () => (event: RunEvent) => void told.push({ by, event })))
    const registry = assemble([toyPlugin, joining(() => [listener('member')]), listener('leader')])
    await compare(toyComparison(newRuns(), { ...config, executor: 'joining' }, { registry }))
    expect(new Set(told.map(({ by }) => by))).toEqual(new Set(['leader']))
    expect(told.filter(({ event }) => event.type === 'arm-end')).toHaveLength(1)
  })
})
