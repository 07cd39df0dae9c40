import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { ClockToken, type Plugin, definePlugin, provideService, tf } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import { type Registry, assemble } from '@umbra/core/trainer'
import { checkExperiment, type Experiment, openScope, planExperiment } from '../src/index.js'
import { compare, newRuns, studentsOf, toyComparison } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

const plugin = (more: Partial<Plugin>): Plugin =>
  definePlugin({ name: 'changes', version: '1.0.0', contract: 1, provides: [], ...more })

/** Turns every gradient round: what is trained with it learns the opposite. */
const uphill = (version = '1.0.0'): Plugin =>
  plugin({
    version,
    hooks: {
      gradients: (gradients) =>
        Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.neg(gradient)])),
    },
  })
const withPlugin = (...plugins: readonly Plugin[]): Registry => assemble([toyPlugin, ...plugins])

const planned = async (registry: Registry): Promise<Experiment> => {
  const input = toyComparison(newRuns(), { methods: ['plain', 'chain'], seeds: [0] }, { registry })
  const scope = openScope(registry, { engine: eagerEngine(), listen: () => undefined })
  return planExperiment(checkExperiment(input), { scope, cacheDir: input.cacheDir })
}
const hashes = ({ arms, teachers }: Experiment): string[] => [
  ...arms.map(({ hash }) => hash),
  ...[...teachers.values()].flat().map(({ hash }) => hash),
]

describe('a plugin with hooks or services', () => {
  it('is part of the hash of every arm and teacher, by name and version', async () => {
    const plain = hashes(await planned(withPlugin()))
    const clock = provideService(ClockToken, () => () => 0)
    const others = [
      uphill(),
      uphill('1.0.1'),
      plugin({ name: 'other', hooks: { epochEnd: () => undefined } }),
      plugin({ name: 'clock', services: [clock] }),
    ]
    const all = [plain]
    for (const other of others) all.push(hashes(await planned(withPlugin(other))))
    for (const i of plain.keys()) expect(new Set(all.map((list) => list[i])).size).toBe(all.length)
  })

  it('is nothing to a project that has none: a plugin of definitions alone changes no hash', async () => {
    const plain = await planned(withPlugin())
    const more = await planned(withPlugin(plugin({ hooks: {}, services: [] })))
    expect(hashes(more)).toEqual(hashes(plain))
    expect(hashes(plain)).toHaveLength(3)
  })

  it('poisons no result of a run without it, neither of arms nor of teachers nor of assistants', async () => {
    const methods = ['plain', 'chain']
    const clean = newRuns()
    await compare(toyComparison(clean, { methods, seeds: [0] }))
    const runs = newRuns()
    const hooked = { registry: withPlugin(uphill()), overwrite: true }
    await compare(toyComparison(runs, { methods, seeds: [0] }, hooked))
    const poisoned = studentsOf(runs)
    await compare(toyComparison(runs, { methods, seeds: [0] }, { resume: true }))
    expect(studentsOf(runs)).toEqual(studentsOf(clean))
    for (const [arm, weights] of Object.entries(studentsOf(clean))) expect(poisoned[arm]).not.toBe(weights)
  })
})

describe('the plan', () => {
  it('knows the hashes of arms and of a teacher before anything is trained; the run uses them', async () => {
    const input = toyComparison(newRuns(), { seeds: [0] })
    const { registry, config } = input
    const scope = openScope(registry, { engine: eagerEngine(), listen: () => undefined })
    const { arms, teachers, storeDir } = await planExperiment(checkExperiment(input), {
      scope,
      cacheDir: input.cacheDir,
    })
    expect(existsSync(storeDir)).toBe(false)
    const { record } = await compare(input)
    const results = record.pairs[0]!.methods.flatMap((method) => method.arms)
    expect(results.map(({ arm, hash }) => [arm, hash])).toEqual(arms.map(({ id, hash }) => [id, hash]))
    const [teacher] = teachers.get(config.pairs[0]!.id)!
    expect(existsSync(join(storeDir, teacher!.hash, 'model.safetensors'))).toBe(true)
    const evaluated = readFileSync(join(config.runs, 'test', 'teachers.json'), 'utf8')
    expect(JSON.parse(evaluated)).toMatchObject({ teachers: [{ hash: teacher!.hash }] })
  })
})
