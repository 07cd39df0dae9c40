import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { CohortSpec, Executor, ExecutorContext } from '../contracts/executor.js'
import { type Definition, definePlugin, type Plugin } from '../contracts/plugin.js'
import { provideService } from '../contracts/service.js'
import { UmbraError } from '../errors/umbra-error.js'
import { chooseHooks } from './choose-hooks.js'
import { assemble } from './registry.js'
import { ClockToken } from './services.js'

const plugin = (name: string, rest: Partial<Plugin> = {}): Plugin =>
  definePlugin({ name, version: '1.0.0', contract: 1, provides: [], ...rest })

describe('what definitions and services of a plugin throw', () => {
  const boom = (): never => {
    throw new TypeError('no')
  }
  const options = z.strictObject({})
  const thrown = async (action: () => unknown): Promise<UmbraError> => {
    try {
      await action()
    } catch (error) {
      return error as UmbraError
    }
    throw new Error('nothing was thrown')
  }
  const base = { id: 'bad', summary: 's', options }
  const registryOf = (definition: object, id = 'one'): ReturnType<typeof assemble> =>
    assemble([plugin(id, { provides: [{ ...base, ...definition } as never] })])
  const method = { kind: 'method', title: 't', formula: '', teachers: { min: 0, max: 9 } }
  const call = (kind: Definition['kind'], name: string) => (registry: ReturnType<typeof assemble>) =>
    (registry.get(kind, 'bad') as unknown as Record<string, () => unknown>)[name]!()

  it.each([
    [
      { ...method, objective: boom },
      call('method', 'objective'),
      'UMBRA_METHOD',
      'method "bad" (plugin "one"): objective',
    ],
    [{ ...method, objective: boom, student: boom }, call('method', 'student'), 'UMBRA_METHOD', 'student'],
    [
      { ...method, objective: boom, assistants: boom },
      call('method', 'assistants'),
      'UMBRA_METHOD',
      'assistants',
    ],
    [
      { kind: 'softening', create: boom },
      call('softening', 'create'),
      'UMBRA_METHOD',
      'softening "bad" (plugin "one")',
    ],
    [
      { kind: 'model', taps: {}, build: boom },
      call('model', 'build'),
      'UMBRA_MODEL',
      'model "bad" (plugin "one"): build',
    ],
    [
      { kind: 'dataset', load: boom },
      call('dataset', 'load'),
      'UMBRA_DATASET',
      'dataset "bad" (plugin "one"): load',
    ],
    [
      { kind: 'dataset', load: () => Promise.reject(new TypeError('no')) },
      call('dataset', 'load'),
      'UMBRA_DATASET',
      'dataset "bad" (plugin "one"): load',
    ],
    [{ kind: 'sink', open: boom }, call('sink', 'open'), 'UMBRA_SINK', 'sink "bad" (plugin "one"): open'],
    [{ kind: 'executor', create: boom }, call('executor', 'create'), 'UMBRA_EXECUTOR', 'executor "bad"'],
    [
      { kind: 'optimiser', create: boom, options: z.strictObject({ lr: z.number().default(1) }) },
      call('optimiser', 'create'),
      'UMBRA_OPTIMISER',
      'optimiser "bad"',
    ],
    [{ kind: 'schedule', create: boom }, call('schedule', 'create'), 'UMBRA_SCHEDULE', 'schedule "bad"'],
    [
      { kind: 'metric', title: 't', better: 'higher', unit: 'number', compute: boom },
      call('metric', 'compute'),
      'UMBRA_METRIC',
      'metric "bad" (plugin "one"): compute',
    ],
    [
      { kind: 'hooks', create: boom },
      call('hooks', 'create'),
      'UMBRA_HOOK',
      'hooks "bad" (plugin "one"): create',
    ],
    [
      { kind: 'format', extensions: ['.x'], read: boom },
      call('format', 'read'),
      'UMBRA_WEIGHTS_FORMAT',
      'format "bad" (plugin "one"): read',
    ],
  ])('names definition, plugin and call, case %#', async (definition, run, code, subject) => {
    const error = await thrown(() => run(registryOf(definition)))
    expect(error.code).toBe(code)
    expect(error.message).toContain(subject)
    expect(error.message).toMatch(/ threw TypeError: no\.$/)
    expect(error.cause).toBeInstanceOf(TypeError)
  })

  it('names the function of an objective or part that throws', async () => {
    const objective = { weights: { ce: 1 }, terms: boom, prepare: boom }
    const made = registryOf({ ...method, objective: () => objective })
      .get('method', 'bad')
      .objective({}, {} as never)
    expect((await thrown(() => made.terms({} as never, {}, {}))).message).toBe(
      'method "bad" (plugin "one"): terms threw TypeError: no.',
    )
    const { parts } = registryOf({ kind: 'weighting', create: () => ({ apply: boom }) })
    expect((await thrown(() => parts.weighting('bad').apply([], {} as never))).message).toBe(
      'weighting "bad" (plugin "one"): apply threw TypeError: no.',
    )
  })

  it.each([
    [{ ...method, objective: () => undefined }, call('method', 'objective'), 'received nothing'],
    [
      { ...method, objective: async () => Promise.resolve({}) },
      call('method', 'objective'),
      'received a promise',
    ],
    [
      { ...method, objective: () => ({ weights: {} }) },
      call('method', 'objective'),
      'received one without terms',
    ],
    [
      { kind: 'model', taps: {}, build: () => undefined },
      call('model', 'build'),
      'what build of model "bad"',
    ],
    [{ kind: 'dataset', load: async () => Promise.resolve(3) }, call('dataset', 'load'), 'received 3'],
    [{ kind: 'softening', create: () => ({}) }, call('softening', 'create'), 'received one without apply'],
  ])('says what is wrong with what they return, case %#', async (definition, run, message) => {
    expect((await thrown(() => run(registryOf(definition)))).message).toContain(message)
  })

  it('names the executor whose run throws, but not for errors of the training that it calls', async () => {
    const cohort = {} as CohortSpec
    const runOf = (run: Executor['run'], train: () => Promise<void>) =>
      thrown(() => {
        const executor = registryOf({ kind: 'executor', create: () => ({ run }) })
          .get('executor', 'bad')
          .create({})
        return executor.run([cohort], { train } as unknown as ExecutorContext)
      })
    const own = await runOf(boom, async () => Promise.resolve())
    expect([own.code, own.message]).toEqual([
      'UMBRA_EXECUTOR',
      'executor "bad" (plugin "one"): run threw TypeError: no.',
    ])
    expect(own.cause).toBeInstanceOf(TypeError)
    const bug = new RangeError('of the trainer')
    const training = runOf(
      (cohorts, { train }) => train(cohorts[0]!),
      () => Promise.reject(bug),
    )
    expect(await training).toBe(bug)
    const none = await thrown(() =>
      call('executor', 'create')(registryOf({ kind: 'executor', create: () => ({}) })),
    )
    expect(none.message).toContain('expected an object with the function run, received one without run')
  })

  it('names the options whose schema throws', async () => {
    const throwing = z.strictObject({ a: z.number().default(1).transform(boom) })
    const registry = registryOf({ ...method, objective: boom, options: throwing })
    const error = await thrown(() => registry.parse(registry.get('method', 'bad')))
    expect([error.code, error.message]).toEqual([
      'UMBRA_PLUGIN_SHAPE',
      'options of method "bad": the schema threw TypeError: no.',
    ])
  })

  it('leaves errors of the project and of the disk as they are', async () => {
    const own = new UmbraError('UMBRA_FILE_MISSING', { subject: 's' })
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' })
    for (const error of [own, full]) {
      const registry = registryOf({ kind: 'dataset', load: () => Promise.reject(error) })
      expect(await thrown(() => call('dataset', 'load')(registry))).toBe(error)
    }
  })

  it('names service and plugin', async () => {
    const registry = assemble([plugin('one', { services: [provideService(ClockToken, boom)] })])
    const error = await thrown(() => registry.resolve(ClockToken))
    expect([error.code, error.message]).toEqual([
      'UMBRA_SERVICE',
      'service "clock" (plugin "one"): create threw TypeError: no.',
    ])
  })

  it('refuses hooks that create does not make, and those of a run', async () => {
    const choose = (create: () => unknown) =>
      thrown(() => chooseHooks(registryOf({ kind: 'hooks', create }), [{ id: 'bad', options: {} }]))
    expect((await choose(() => undefined)).message).toContain(
      'what "create" of "bad" (plugin "one") returns: expected an object',
    )
    expect((await choose(async () => Promise.resolve({}))).message).toContain('received a promise')
    expect((await choose(() => ({ gradient: () => ({}) }))).message).toContain('Did you mean "gradients"?')
    const ofRun = await choose(() => ({ runEnd: () => undefined }))
    expect([ofRun.code, ofRun.message]).toEqual([
      'UMBRA_HOOK',
      'hook "runEnd" of "bad" (plugin "one"): expected hooks of a cohort, received one of the whole run. Put it under `hooks` of the plugin itself, where it is always on.',
    ])
  })
})
