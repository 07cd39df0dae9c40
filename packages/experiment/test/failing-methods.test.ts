import { rmSync } from 'node:fs'
import { useCpuBackend } from '@umbra/testing'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  ClockToken,
  defineDataset,
  defineMethod,
  defineModel,
  definePlugin,
  ListenerToken,
  type Objective,
  type Plugin,
  provideService,
  type RunEvent,
  tf,
  z,
} from '@umbra/core'
import { assemble, crossEntropyObjective } from '@umbra/core/trainer'
import type { UmbraConfig } from '../src/config/experiment-config.js'
import { checkExperiment } from '../src/check-experiment.js'
import { type ComparisonInput, compare, newRuns, studentsOf, toyComparison, tune } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

let runs: string
beforeEach(() => {
  runs = newRuns()
})
afterEach(() => rmSync(runs, { recursive: true }))

const boom = (): never => {
  throw new TypeError('no')
}
const pluginOf = (rest: Partial<Plugin>): Plugin =>
  definePlugin({ name: 'bad-plugin', version: '1.0.0', contract: 1, provides: [], ...rest })
const methodPlugin = (objective: () => Objective, rest: object = {}): Plugin =>
  pluginOf({
    provides: [defineMethod({ id: 'bad', summary: 's.', teachers: { min: 0, max: 9 }, objective, ...rest })],
  })
const inputOf = (
  plugin: Plugin,
  config: Partial<UmbraConfig> = {},
  rest: Partial<ComparisonInput> = {},
): ComparisonInput =>
  toyComparison(
    runs,
    { methods: ['plain', 'bad'], seeds: [0], teachers: [], baselines: false, ...config },
    { registry: assemble([toyPlugin, plugin]), ...rest },
  )

describe('a method that breaks', () => {
  it.each<readonly [string, Plugin, string]>([
    [
      'while it is made',
      methodPlugin(boom),
      'method "bad" (plugin "bad-plugin"): objective threw TypeError: no.',
    ],
    [
      'while its assistants are listed',
      methodPlugin(crossEntropyObjective, { assistants: boom }),
      'method "bad" (plugin "bad-plugin"): assistants threw TypeError: no.',
    ],
    [
      'while it replaces the student',
      methodPlugin(crossEntropyObjective, { student: boom }),
      'method "bad" (plugin "bad-plugin"): student threw TypeError: no.',
    ],
    [
      'in its loss',
      methodPlugin(() => ({ weights: { ce: 1 }, terms: boom })),
      'method "bad" (plugin "bad-plugin"): terms threw TypeError: no.',
    ],
  ])('%s fails alone, in record and events', async (_, plugin, reason) => {
    const events: RunEvent[] = []
    const tensors = tf.memory().numTensors
    const { record } = await compare(inputOf(plugin, {}, { listen: (event) => events.push(event) }))
    expect(tf.memory().numTensors).toBe(tensors)
    const [plain, bad] = record.pairs[0]!.methods.map(({ arms }) => arms[0]!)
    expect(plain!.failed).toBeUndefined()
    expect(plain!.final!.samples).toBe(30)
    expect(bad!.failed).toMatchObject({ code: 'UMBRA_METHOD', reason })
    expect(bad!.failed).not.toHaveProperty('stack')
    expect(events.find(({ type }) => type === 'arm-failed')).toMatchObject({
      reason,
      stack: expect.stringMatching(/caused by TypeError: no/) as string,
    })
    await compare(inputOf(plugin, { name: 'alone', methods: ['plain'] }))
    expect(studentsOf(runs, 'test')['plain-s0']).toBe(studentsOf(runs, 'alone')['plain-s0'])
  })

  it('is named by the check', () => {
    const { broken } = checkExperiment(inputOf(methodPlugin(boom)))
    expect(broken.map(({ message }) => message)).toEqual([
      'method "bad" (plugin "bad-plugin"): objective threw TypeError: no.',
    ])
    expect(checkExperiment(inputOf(methodPlugin(crossEntropyObjective))).broken).toEqual([])
  })

  it('has no result of a search', async () => {
    const search = { alpha: [0, 1] }
    const options = z.strictObject({ alpha: z.number().default(0) })
    const { searches } = await tune(
      inputOf(methodPlugin(boom, { options }), { methods: [{ id: 'bad', search }] }),
    )
    expect(searches[0]!.failed).toMatchObject({ code: 'UMBRA_METHOD' })
  })
})

it('an assistant that fails is an error of the method, with the code of its failure', async () => {
  const assistant = {
    ...{ label: 'middle', model: { id: 'toy', options: {} }, teachers: 'all', identity: 'x' },
    objective: { weights: { ce: NaN }, terms: () => ({ terms: {} }) },
  } as const
  const plugin = methodPlugin(crossEntropyObjective, { assistants: () => [assistant] })
  const { record } = await compare(inputOf(plugin))
  expect(record.pairs[0]!.methods[1]!.arms[0]!.failed).toMatchObject({
    code: 'UMBRA_TERMS',
    reason: expect.stringContaining('weight "ce" of method "bad"') as string,
  })
})

describe('the code of a plugin is blamed for what it throws', () => {
  const options = z.strictObject({})
  it.each<readonly [string, Plugin, Partial<UmbraConfig>, string]>([
    [
      'UMBRA_MODEL',
      pluginOf({ provides: [defineModel({ id: 'box', summary: 's.', options, taps: {}, build: boom })] }),
      { student: { model: 'box' } },
      'model "box" (plugin "bad-plugin"): build threw TypeError: no.',
    ],
    [
      'UMBRA_DATASET',
      pluginOf({ provides: [defineDataset({ id: 'set', summary: 's.', options, load: boom })] }),
      { dataset: { id: 'set' } },
      'dataset "set" (plugin "bad-plugin"): load threw TypeError: no.',
    ],
    [
      'UMBRA_SERVICE',
      pluginOf({ services: [provideService(ClockToken, boom)] }),
      {},
      'service "clock" (plugin "bad-plugin"): create threw TypeError: no.',
    ],
    [
      'UMBRA_SERVICE',
      pluginOf({ services: [provideService(ClockToken, () => () => NaN)] }),
      {},
      'service "clock" (plugin "bad-plugin"): expected milliseconds, a finite number, received NaN.',
    ],
    [
      'UMBRA_SERVICE',
      pluginOf({ services: [provideService(ClockToken, () => undefined as never)] }),
      {},
      'service "clock" (plugin "bad-plugin"): expected a function that returns milliseconds, received nothing.',
    ],
    [
      'UMBRA_SERVICE',
      pluginOf({ services: [provideService(ListenerToken, () => boom)] }),
      {},
      'service "listener" (plugin "bad-plugin") threw TypeError: no at an event "plan".',
    ],
  ])('%s, case %#', async (code, plugin, config, message) => {
    await expect(compare(inputOf(plugin, { methods: ['plain'], ...config }))).rejects.toMatchObject({
      code,
      message,
    })
  })

  it('a clock that goes back ends the run, whatever it is asked in', async () => {
    let time = 0
    const plugin = pluginOf({ services: [provideService(ClockToken, () => () => (time -= 1000))] })
    await expect(compare(inputOf(plugin, { methods: ['plain'] }))).rejects.toMatchObject({
      code: 'UMBRA_SERVICE',
      message: 'service "clock" (plugin "bad-plugin"): expected no time before -1000, received -2000.',
    })
  })
})
