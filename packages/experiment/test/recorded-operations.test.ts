import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Plugin, defineHooks, defineMethod, definePlugin, defineSoftening, tf, z } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import { type Registry, assemble, crossEntropyObjective, setDefiningFile } from '@umbra/core/trainer'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { UmbraConfig } from '../src/config/experiment-config.js'
import { checkExperiment, openScope, planExperiment } from '../src/index.js'
import { compare, newRuns, toyComparison } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

interface Hashes {
  readonly arms: Readonly<Record<string, string>>
  readonly teachers: readonly string[]
}

async function hashesOf(registry: Registry, config: Partial<UmbraConfig>): Promise<Hashes> {
  const input = toyComparison(newRuns(), { seeds: [0], baselines: false, ...config }, { registry })
  const scope = openScope(registry, { engine: eagerEngine(), listen: () => undefined })
  const { arms, teachers } = await planExperiment(checkExperiment(input), { scope, cacheDir: input.cacheDir })
  return {
    arms: Object.fromEntries(arms.map(({ id, hash }) => [id, hash])),
    teachers: [...teachers.values()].flat().map(({ hash }) => hash),
  }
}

const plugin = (over: Partial<Plugin>): Plugin =>
  definePlugin({ name: 'mine', version: '1.0.0', contract: 1, provides: [], ...over })

/** A plugin whose functions have the same text for every number. */
const pulling = (strength: number): Plugin =>
  plugin({
    provides: [
      defineMethod({
        ...{ id: 'pull', summary: 'For tests.' },
        objective: () => ({
          weights: { pull: 1 },
          terms: ({ student, teachers }) => ({
            terms: {
              pull: tf.mul<tf.Tensor1D>(
                tf.mean(tf.squaredDifference(student.logits, teachers[0]!.logits), 1),
                strength,
              ),
            },
          }),
        }),
      }),
    ],
  })

const pull = { methods: ['pull'] }
const pullHash = async (made: Plugin, config: Partial<UmbraConfig> = pull): Promise<string | undefined> =>
  (await hashesOf(assemble([toyPlugin, made]), config)).arms['pull-s0']

/** Says that a plugin was loaded from a package, installed or not. */
function inPackage(made: Plugin, installed: boolean): Plugin {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-operations-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const home = join(folder, installed ? 'node_modules' : 'packages', made.name)
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: made.name, version: made.version }))
  writeFileSync(join(home, 'index.js'), '')
  setDefiningFile(made, join(home, 'index.js'))
  return made
}

describe('what identifies an arm', () => {
  it('is also a number that its method holds: of a closure, the environment, a file', async () => {
    const load = async (): Promise<string | undefined> => pullHash(pulling(Number(process.env.UMBRA_PULL)))
    vi.stubEnv('UMBRA_PULL', '0.5')
    onTestFinished(() => void vi.unstubAllEnvs())
    const half = await load()
    expect(half).toBeDefined()
    expect(await load()).toBe(half)
    vi.stubEnv('UMBRA_PULL', '0.25')
    expect(await load()).not.toBe(half)
  })

  it('is that of a softening, too, and of the method alone where it uses none', async () => {
    const cooled = (temperature: number): Plugin =>
      plugin({
        name: 'parts',
        provides: [
          defineSoftening({
            ...{ id: 'cooled', summary: 'For tests.', options: z.strictObject({}) },
            create: () => ({
              apply: (logits) => {
                const logProbabilities = tf.logSoftmax<tf.Tensor2D>(tf.div(logits, temperature))
                return { logProbabilities, probabilities: tf.exp(logProbabilities) }
              },
            }),
          }),
        ],
      })
    const soft = defineMethod({
      ...{ id: 'soft', summary: 'For tests.' },
      objective: (_, parts) => {
        const { apply } = parts.softening('cooled')
        return {
          weights: { soft: 1 },
          terms: ({ student, teachers, labels }) => ({
            terms: {
              soft: tf.neg(
                tf.sum(
                  tf.mul(apply(teachers[0]!.logits, labels, {}).probabilities, tf.logSoftmax(student.logits)),
                  1,
                ),
              ),
            },
          }),
        }
      },
    })
    const of = (temperature: number): Promise<Hashes> =>
      hashesOf(assemble([inPackage(plugin({ provides: [soft] }), true), toyPlugin, cooled(temperature)]), {
        methods: ['soft', 'imitate'],
      })
    const [two, four] = [await of(2), await of(4)]
    expect(four.arms['soft-s0']).not.toBe(two.arms['soft-s0'])
    expect(four.arms['imitate-s0']).toBe(two.arms['imitate-s0'])
    expect(await of(2)).toEqual(two)
  })

  it('is that of hooks; of those that a configuration chose not for its teachers', async () => {
    const scale = (gradients: Readonly<Record<string, tf.Tensor>>, by: number) =>
      Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, by)]))
    const chosen = (by: number): Plugin =>
      plugin({
        provides: [
          defineHooks({
            ...{ id: 'scaled', summary: 'For tests.', options: z.strictObject({}) },
            create: () => ({ gradients: (gradients) => scale(gradients, by) }),
          }),
        ],
      })
    const always = (by: number): Plugin =>
      plugin({ hooks: { gradients: (gradients) => scale(gradients, by) } })
    const of = (made: Plugin, hooks: UmbraConfig['hooks']): Promise<Hashes> =>
      hashesOf(assemble([toyPlugin, made]), { methods: ['plain'], hooks })
    const [one, other] = [await of(chosen(0.5), ['scaled']), await of(chosen(0.25), ['scaled'])]
    expect(other.arms).not.toEqual(one.arms)
    expect(other.teachers).toEqual(one.teachers)
    const [first, second] = [await of(always(0.5), []), await of(always(0.25), [])]
    expect(second.arms).not.toEqual(first.arms)
    expect(second.teachers).not.toEqual(first.teachers)
    expect(await of(always(0.5), [])).toEqual(first)
  })

  it('is that of an assistant', async () => {
    const chained = (strength: number): Plugin =>
      plugin({
        provides: [
          defineMethod({
            ...{ id: 'chained', summary: 'For tests.' },
            objective: () => crossEntropyObjective(),
            assistants: () => [
              {
                ...{ label: 'middle', model: { id: 'toy', options: {} }, teachers: 'last', identity: 'same' },
                objective: { ...crossEntropyObjective(), weights: { ce: strength } },
              },
            ],
          }),
        ],
      })
    const of = async (strength: number): Promise<string | undefined> =>
      (await hashesOf(assemble([toyPlugin, chained(strength)]), { methods: ['chained'] })).arms['chained-s0']
    expect(await of(2)).not.toBe(await of(1))
  })

  it('is not recorded for an installed release: that is known by its version', async () => {
    const installed = await Promise.all([0.5, 0.25].map((by) => pullHash(inPackage(pulling(by), true))))
    expect(installed[1]).toBe(installed[0])
    const worked = await Promise.all([0.5, 0.25].map((by) => pullHash(inPackage(pulling(by), false))))
    expect(worked[1]).not.toBe(worked[0])
  })
})

it('trains nothing again for a seed, a method or a comment that is added to the configuration', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-operations-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'umbra.config.ts')
  const runs = newRuns()
  const trained = async (source: string, config: Partial<UmbraConfig>): Promise<string[]> => {
    writeFileSync(file, source)
    const made = pulling(0.5)
    setDefiningFile(made, file)
    const stages: string[] = []
    const registry = assemble([toyPlugin, made])
    const base = { seeds: [0], baselines: false, ...pull }
    await compare(
      toyComparison(
        runs,
        { ...base, ...config },
        {
          registry,
          listen: (event) => {
            if (event.type === 'stage-start') stages.push(...event.arms)
          },
        },
      ),
    )
    return stages
  }
  const source = 'const mine = definePlugin({ strength: 0.5 })\nexport default { seeds: [0] }\n'
  expect(await trained(source, { name: 'first' })).toEqual(['toy', 'pull-s0'])
  const changed = `// Another seed.\n${source.replace('[0]', '[0, 1]')}`
  expect(await trained(changed, { name: 'second', seeds: [0, 1] })).toEqual(['pull-s1'])
  expect(await trained(changed, { name: 'third', methods: ['pull', 'plain'] })).toEqual(['plain-s0'])
})
