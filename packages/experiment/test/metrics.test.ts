import * as tfl from '@tensorflow/tfjs-layers'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type MetricDefinition,
  type Plugin,
  type RunEvent,
  defineHooks,
  defineMethod,
  defineMetric,
  definePlugin,
  objective,
  labelLoss,
  tf,
  z,
} from '@umbra/core'
import { type ArmResult, type Registry, assemble } from '@umbra/core/trainer'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkExperiment, type UmbraConfig } from '../src/index.js'
import { compare, newRuns, studentsOf, toyComparison } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

let computed = 0
beforeEach(() => {
  computed = 0
})

const metric = (id: string, compute: MetricDefinition['compute']): MetricDefinition =>
  defineMetric({
    ...{ id, title: id.toUpperCase(), summary: 's', better: 'higher', unit: 'fraction' },
    options: z.strictObject({}),
    compute: (input, options) => {
      computed += 1
      return compute(input, options)
    },
  })

const accuracy = metric('accuracy', ({ logits, labels, classes }) => {
  const right = labels.filter((label, i) => {
    const row = logits.subarray(i * classes.length, (i + 1) * classes.length)
    return row.indexOf(Math.max(...row)) === label
  })
  return right.length / labels.length
})
const counts = defineMetric({
  ...{ id: 'counts', title: 'Images', summary: 's', better: 'higher', unit: 'number' },
  options: z.strictObject({ times: z.int().default(1) }),
  compute: ({ labels, classes }, { times }) =>
    Object.fromEntries(
      classes.map((name, c) => [name, times * labels.filter((label) => label === c).length]),
    ),
})
const broken = metric('broken', () => {
  throw new TypeError('no figure')
})

/** Keeps half of the weights beside the student. */
const half = defineHooks({
  id: 'half',
  summary: 's',
  options: z.strictObject({}),
  create: () => ({
    weights: { initial: (weights) => weights, step: (weights) => ({ state: weights }) },
    average: (state) => Object.fromEntries(Object.entries(state).map(([name, w]) => [name, tf.mul(w, 0.5)])),
  }),
})

/** Trains a student of its own making, with a layer more. */
const deeper = defineMethod({
  id: 'deeper',
  summary: 's',
  teachers: { min: 0, max: 1 },
  objective: () =>
    objective({
      weights: { ce: 1 },
      terms: ({ student, target }) => ({ ce: labelLoss(student.logits, target) }),
    }),
  student: (student) => {
    const more = tfl.layers.dense({ name: 'more', units: 3, kernelInitializer: 'identity' })
    return tfl.model({
      inputs: student.inputs,
      outputs: more.apply(student.outputs[0]!) as tfl.SymbolicTensor,
    })
  },
})

const metrics = (version = '1.0.0'): Plugin =>
  definePlugin({
    ...{ name: 'metrics', version, contract: 1 },
    provides: [accuracy, counts, broken, half, deeper],
  })
const registry = (version?: string): Registry => assemble([toyPlugin, metrics(version)])

const small: Partial<UmbraConfig> = { methods: ['plain'], seeds: [0] }
const armsOf = async (
  runs: string,
  config: Partial<UmbraConfig>,
  rest: Partial<Parameters<typeof toyComparison>[2]> = {},
): Promise<{ readonly arms: readonly ArmResult[]; readonly events: readonly RunEvent[] }> => {
  const events: RunEvent[] = []
  const input = toyComparison(
    runs,
    { ...small, ...config },
    { registry: registry(), listen: (event) => events.push(event), ...rest },
  )
  const { record } = await compare(input)
  return { arms: record.pairs[0]!.methods.flatMap(({ arms }) => arms), events }
}
const training = (events: readonly RunEvent[]): readonly RunEvent[] =>
  events.filter((event) => event.type === 'stage-start' && event.stage.startsWith('seed'))

describe('metrics of a comparison', () => {
  it('are those of the last, the best and the averaged weights, as in the record', async () => {
    const runs = newRuns()
    const config = { metrics: ['accuracy', { id: 'counts', options: { times: 2 } }], hooks: ['half'] }
    const { arms } = await armsOf(runs, { ...config, recipe: { epochs: 4, batch: 10 } })
    const [arm] = arms
    expect(arm!.metrics!.missing).toBeUndefined()
    for (const outcome of ['final', 'best', 'average'] as const)
      expect(arm!.metrics![outcome]!.accuracy).toBe(arm![outcome]!.top1)
    const images = Object.values(arm!.metrics!.final!.counts!)
    expect(images.reduce((a: number, b: number) => a + b, 0)).toBe(60)
    const record = JSON.parse(readFileSync(join(runs, 'test', 'record.json'), 'utf8')) as object
    expect(record).toMatchObject({
      metrics: [
        { id: 'accuracy', title: 'ACCURACY', better: 'higher', unit: 'fraction', options: {} },
        { id: 'counts', title: 'Images', better: 'higher', unit: 'number', options: { times: 2 } },
      ],
    })
  })

  it('change neither a student nor what identifies it', async () => {
    const [plain, measured] = [newRuns(), newRuns()]
    const without = await armsOf(plain, {})
    const with_ = await armsOf(measured, { metrics: ['accuracy'] })
    expect(with_.arms[0]!.hash).toBe(without.arms[0]!.hash)
    expect(studentsOf(measured)).toEqual(studentsOf(plain))
    expect(without.arms[0]!.metrics).toBeUndefined()
  })

  it('are computed for finished students when they are asked for later, without training, and once', async () => {
    const runs = newRuns()
    await armsOf(runs, {})
    const later = await armsOf(runs, { metrics: ['accuracy'] }, { resume: true })
    expect(training(later.events)).toEqual([])
    expect(later.arms[0]!.metrics!.final).toEqual({ accuracy: later.arms[0]!.final!.top1 })
    const first = computed
    const again = await armsOf(runs, { metrics: ['accuracy'] }, { resume: true })
    expect(again.arms[0]!.metrics).toEqual(later.arms[0]!.metrics)
    expect(computed).toBe(first)
    await armsOf(runs, { metrics: ['accuracy'] }, { resume: true, registry: registry('1.0.1') })
    expect(computed).toBeGreaterThan(first)
  })

  it('are computed for students of another run', async () => {
    const runs = newRuns()
    await armsOf(runs, {})
    const { arms, events } = await armsOf(runs, { name: 'other', metrics: ['accuracy'] })
    expect(training(events)).toEqual([])
    expect(arms[0]!.metrics!.final).toEqual({ accuracy: arms[0]!.final!.top1 })
  })

  it('say why there is none where their code breaks; the others are there, and the run ends well', async () => {
    const { arms, events } = await armsOf(newRuns(), { metrics: ['broken', 'accuracy'] })
    expect(arms[0]!.metrics).toMatchObject({
      final: { accuracy: arms[0]!.final!.top1 },
      missing: { broken: 'metric "broken" (plugin "metrics"): compute threw TypeError: no figure.' },
    })
    expect(events).toContainEqual({
      type: 'notice',
      text: expect.stringContaining('no figure of metric "broken" for plain-s0') as string,
    })
  })

  it('are those of the student that a method made of the one built', async () => {
    const { arms } = await armsOf(newRuns(), { methods: ['deeper'], metrics: ['accuracy'] })
    expect(arms[0]!.failed).toBeUndefined()
    expect(arms[0]!.metrics!.final).toEqual({ accuracy: arms[0]!.final!.top1 })
  })

  it('are checked before anything is trained', () => {
    const check = (chosen: UmbraConfig['metrics']): void =>
      void checkExperiment(toyComparison(newRuns(), { ...small, metrics: chosen }, { registry: registry() }))
    expect(() => check(['acuracy'])).toThrow('unknown metric "acuracy". Did you mean "accuracy"?')
    expect(() => check([{ id: 'counts', options: { time: 2 } }])).toThrow('Did you mean "times"?')
    expect(() => check(['accuracy', 'accuracy'])).toThrow('metrics: expected each of them once')
  })
})

it('leaves no tensor behind', async () => {
  await armsOf(newRuns(), {})
  const before = tf.memory().numTensors
  await armsOf(newRuns(), { metrics: ['accuracy'] })
  const [after] = [tf.memory().numTensors]
  await armsOf(newRuns(), {})
  expect(tf.memory().numTensors - after).toBe(after - before)
})
