import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ComparisonRecord, type Registry, assemble, crossEntropyObjective } from '@umbra/core/trainer'
import { contentHash } from '@umbra/core/files'
import { type Plugin, type RunEvent, defineMethod, definePlugin, z } from '@umbra/core'
import { countTestReads } from './counted-test-set.js'
import { compare, newRuns, studentsOf, toyComparison, trainedTeacher, tune } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

const methodPlugin = (id: string, broken: () => boolean, teachers = { min: 0, max: 9 }): Plugin =>
  definePlugin({
    name: `plugin-${id}`,
    version: '1.0.0',
    contract: 1,
    provides: [
      defineMethod({
        ...{ id, title: id, summary: 'For tests.', formula: '-', teachers },
        options: z.strictObject({}),
        objective: () => ({
          ...crossEntropyObjective(),
          prepare: () => {
            if (broken()) throw new TypeError('out of order')
            return {}
          },
        }),
      }),
    ],
  })
const trained = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'arm-end' && !event.cached ? event.arm : []))
const collect = (): { readonly events: RunEvent[]; readonly listen: (event: RunEvent) => void } => {
  const events: RunEvent[] = []
  return { events, listen: (event) => void events.push(event) }
}
const recordIn = (runs: string): ComparisonRecord =>
  JSON.parse(readFileSync(join(runs, 'test', 'record.json'), 'utf8')) as ComparisonRecord

describe('a comparison of several pairs', () => {
  const pairs = [
    { student: { model: 'toy' }, teachers: [trainedTeacher] },
    { id: 'wide', student: { model: { id: 'toy', options: { width: 4 } } }, teachers: [trainedTeacher] },
  ]

  it('trains every method for every pair and seed, and a pair that is added costs only itself', async () => {
    const runs = newRuns()
    await compare(toyComparison(runs, { pairs: pairs.slice(0, 1), seeds: [0] }))
    const { events, listen } = collect()
    const { record } = await compare(toyComparison(runs, { pairs, seeds: [0] }, { resume: true, listen }))
    expect(trained(events)).toEqual(['wide.plain-s0', 'wide.imitate-s0'])
    expect(record.pairs.map(({ id, student }) => [id, student.label])).toEqual([
      ['toy-toy', 'toy'],
      ['wide', 'toy'],
    ])
    expect(record.pairs[1]!.student.parameters).toBeGreaterThan(record.pairs[0]!.student.parameters)
    expect(record.pairs.map(({ methods }) => methods.map(({ label }) => label))).toEqual([
      ['plain', 'imitate'],
      ['plain', 'imitate'],
    ])
    const changed = { ...pairs[1]!, teachers: [{ ...trainedTeacher, seed: 5 }] }
    const again = toyComparison(runs, { pairs: [pairs[0]!, changed], seeds: [0] }, { resume: true })
    await expect(compare(again)).rejects.toThrow(/pairs\.wide\.teachers\[0\]\.seed: \d there, 5 here/)
  })
})

describe('baselines', () => {
  const withBoth = (): Registry =>
    assemble([
      toyPlugin,
      methodPlugin('ce', () => false),
      methodPlugin('kd', () => false, { min: 1, max: 1 }),
    ])
  const labels = async (config: object, command: 'compare' | 'train' = 'compare'): Promise<string[]> => {
    const input = toyComparison(newRuns(), { seeds: [0], methods: ['plain'], ...config })
    const result = await compare({ ...input, registry: withBoth(), command })
    return result.record.pairs[0]!.methods.map(({ label }) => label)
  }

  it('are added to compare, not to train, nor where they were declined or cannot be', async () => {
    expect(await labels({})).toEqual(['ce', 'kd', 'plain'])
    expect(await labels({ methods: ['plain', 'kd'] })).toEqual(['ce', 'plain', 'kd'])
    expect(await labels({ teachers: [] })).toEqual(['ce', 'plain'])
    expect(await labels({ baselines: false })).toEqual(['plain'])
    expect(await labels({}, 'train')).toEqual(['plain'])
  })
})

describe('the test set', () => {
  it('is read at the end of each cohort alone, and never by a search', async () => {
    let reads = 0
    const registry = assemble([countTestReads(toyPlugin, () => void (reads += 1))])
    const search = { id: 'imitate', search: { weight: [0.5, 2] } }
    const tuned = toyComparison(newRuns(), { methods: [search] })
    // Loading checks every image; from the plan on, test images are read to evaluate.
    let planned = false
    const fromPlan = (event: RunEvent): void => {
      if (event.type === 'plan' && !planned) [planned, reads] = [true, 0]
    }
    await tune({ ...tuned, registry, listen: fromPlan })
    expect(planned).toBe(true)
    expect(reads).toBe(0)
    planned = false

    const before: number[] = []
    let readsAtStart = 0
    const listen = (event: RunEvent): void => {
      fromPlan(event)
      if (event.type === 'stage-start') readsAtStart = reads
      if (event.type === 'evaluated' && event.set === 'validation') before.push(reads - readsAtStart)
    }
    const { record } = await compare({
      ...toyComparison(newRuns(), { methods: ['plain', search] }),
      registry,
      listen,
    })
    expect(before.length).toBeGreaterThan(8)
    expect(new Set(before)).toEqual(new Set([0]))
    const arms = record.pairs[0]!.methods.flatMap((method) => method.arms)
    const kept = arms.filter(({ bestEpoch, history }) => bestEpoch!.epoch !== history.at(-1)!.epoch)
    // 30 images are one batch: once for the teacher, once for each student, once more where the best epoch is another.
    expect(reads).toBe(1 + arms.length + kept.length)
    expect(
      arms.every(({ final, bestEpoch }) => final!.samples === 30 && bestEpoch!.validation.samples === 5),
    ).toBe(true)
  })
})

describe('a search', () => {
  const methods = ['plain', { id: 'imitate', search: { weight: [0.001, 1, 30] } }]

  it('chooses on validation, trains the choice on all seeds, and is not made again', async () => {
    const runs = newRuns()
    const { record } = await compare(toyComparison(runs, { methods }))
    const [plain, imitate] = record.pairs[0]!.methods
    const trials = imitate!.search!.trials
    expect(trials).toHaveLength(3)
    expect(trials.map(({ validation }) => validation)).toEqual(
      trials.map(({ validation }) => validation).sort((a, b) => b - a),
    )
    expect(imitate!.options).toEqual(trials[0]!.options)
    expect(imitate!.arms.map(({ seed }) => seed)).toEqual([0, 1])
    expect(plain!.search).toBeUndefined()
    const { events, listen } = collect()
    const config = { methods, seeds: [0, 1, 2] }
    const again = await compare(toyComparison(runs, config, { resume: true, listen }))
    expect(trained(events)).toEqual(['plain-s2', 'imitate-s2'])
    expect(again.record.pairs[0]!.methods[1]!.search).toEqual(imitate!.search)
  })

  it('decides between equals by the loss on validation', async () => {
    const runs = newRuns()
    const search = { weight: [1e-6, 0.01, 0.1] }
    // One image: an accuracy of 0 or of 1.
    const config = { methods: [{ id: 'imitate', search }], validation: { count: 1 }, baselines: false }
    const { searches } = await tune(toyComparison(runs, config))
    const folder = join(runs, 'test', 'search')
    const lossOf = (options: Readonly<Record<string, unknown>>): number => {
      const arm = readdirSync(folder).find((name) => name.includes(contentHash(options).slice(0, 8))) ?? ''
      const result = JSON.parse(readFileSync(join(folder, arm, 'result.json'), 'utf8')) as {
        readonly history: readonly { readonly validation: { readonly loss: number } }[]
      }
      return result.history.at(-1)?.validation.loss ?? NaN
    }
    const trials = searches[0]?.search.trials ?? []
    expect(new Set(trials.map(({ validation }) => validation)).size).toBe(1)
    const losses = trials.map(({ options }) => lossOf(options))
    expect(new Set(losses).size).toBe(3)
    expect(losses).toEqual([...losses].sort((a, b) => a - b))
  })

  it('by halving gives the better ones more epochs', async () => {
    const { events, listen } = collect()
    const input = toyComparison(
      newRuns(),
      { methods, search: { strategy: 'halving', eta: 3, epochs: 3 } },
      { listen },
    )
    const { searches } = await tune(input)
    expect(searches[0]!.search.trials.map(({ epochs }) => epochs)).toEqual([3, 1, 1, 1])
    expect(searches[0]!.options).toEqual(searches[0]!.search.trials[0]!.options)
    expect(trained(events)).toHaveLength(4)
  })

  it('needs validation images to choose with', async () => {
    const input = toyComparison(newRuns(), { methods, validation: false })
    await expect(compare(input)).rejects.toThrow(/validation images to choose with/)
    const wrong = toyComparison(newRuns(), { methods: [{ id: 'imitate', search: { weight: [1, -1] } }] })
    await expect(compare(wrong)).rejects.toThrow(/weight/)
  })
})

describe('a method that fails', () => {
  it('fails alone, is in the record with its reason, and is tried again', async () => {
    const runs = newRuns()
    let broken = true
    const registry = assemble([toyPlugin, methodPlugin('flaky', () => broken)])
    const config = { methods: ['plain', 'flaky', 'imitate'], seeds: [0] }
    const alone = newRuns()
    await compare(toyComparison(alone, { seeds: [0] }))
    await compare(toyComparison(runs, config, { registry }))
    const { plain, flaky } = Object.fromEntries(
      recordIn(runs).pairs[0]!.methods.map((method) => [method.label, method.arms[0]!]),
    )
    expect(plain!.failed).toBeUndefined()
    expect(flaky).toMatchObject({
      failed: { code: 'UMBRA_METHOD', reason: expect.stringContaining('TypeError: out of order') as string },
    })
    expect(studentsOf(runs)).toEqual(studentsOf(alone))
    broken = false
    const { events, listen } = collect()
    await compare(toyComparison(runs, config, { registry, resume: true, listen }))
    expect(trained(events)).toEqual(['flaky-s0'])
  })
})

describe('the run folder', () => {
  it('has a record while the run goes on', async () => {
    const runs = newRuns()
    const seen: number[] = []
    const listen = (event: RunEvent): void => {
      if (event.type === 'stage-start' && event.stage === 'seed-1')
        seen.push(...recordIn(runs).pairs[0]!.methods.map(({ arms }) => arms.length))
    }
    const { record } = await compare(toyComparison(runs, {}, { listen }))
    expect(seen).toEqual([1, 1])
    const { checksum, ...written } = recordIn(runs) as ComparisonRecord & { checksum: string }
    expect(checksum).toMatch(/^[0-9a-f]{64}$/)
    expect(written).toEqual(JSON.parse(JSON.stringify(record)))
    expect(record.dataset).toMatchObject({ train: 45, validation: 5, test: 30 })
  })

  it('belongs to one process at a time; the lock of one that is gone is taken over', async () => {
    const runs = newRuns()
    let second: Promise<unknown> | undefined
    const listen = (event: RunEvent): void => {
      if (event.type === 'stage-start')
        second ??= compare(toyComparison(runs, {}, { resume: true })).catch((error: unknown) => error)
    }
    await compare(toyComparison(runs, {}, { listen }))
    expect(await second).toMatchObject({ code: 'UMBRA_RUN_LOCKED' })
    expect(String(await second)).toContain(`process ${process.pid}`)
    const lock = join(runs, 'test', 'run.lock')
    expect(existsSync(lock)).toBe(false)
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: '1' }))
    await compare(toyComparison(runs, {}, { resume: true }))
  })

  it('shares what is finished with other runs; --overwrite trains again', async () => {
    const runs = newRuns()
    await compare(toyComparison(runs))
    const other = collect()
    await compare(toyComparison(runs, { name: 'other', seeds: [1, 2] }, other))
    expect(trained(other.events)).toEqual(['plain-s2', 'imitate-s2'])
    const { 'plain-s1': shared } = studentsOf(runs, 'other')
    expect(shared).toBe(studentsOf(runs)['plain-s1'])
    const again = collect()
    await compare(toyComparison(runs, { name: 'other', seeds: [1] }, { ...again, overwrite: true }))
    expect(trained(again.events)).toEqual(['plain-s1', 'imitate-s1'])
  })

  it('takes a cohort of one arm at a time where no more fit, with the same results', async () => {
    const whole = newRuns()
    await compare(toyComparison(whole))
    const split = newRuns()
    const { events, listen } = collect()
    await compare(toyComparison(split, { cohort: { maxArms: 1 } }, { listen }))
    expect(events.flatMap((event) => (event.type === 'stage-start' ? event.stage : []))).toEqual([
      'teacher-toy',
      ...['seed-0', 'seed-0.2', 'seed-1', 'seed-1.2'],
    ])
    expect(studentsOf(split)).toEqual(studentsOf(whole))
  })
})
