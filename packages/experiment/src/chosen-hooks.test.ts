import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { useCpuBackend } from '@umbra/testing'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defineHooks, definePlugin, type Plugin, tf, z } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import { assemble } from '@umbra/core/trainer'
import { type ComparisonInput, compare, newRuns, studentsOf, toyComparison } from '../test/toy-comparison.js'
import { toyPlugin } from '../test/toy-plugin.js'
import type { UmbraConfig } from './config/experiment-config.js'
import { checkConfig } from './config/check-config.js'

beforeAll(useCpuBackend)

let runs: string
beforeEach(() => {
  runs = newRuns()
})
afterEach(() => rmSync(runs, { recursive: true }))

/** Half of the average so far and half of the new weights. */
const halves = defineHooks({
  id: 'halves',
  summary: 'An average.',
  options: z.strictObject({ share: z.number().default(0.5) }),
  create: ({ share }) => ({
    weights: {
      initial: (weights) => weights,
      step: (weights, state) => ({
        state: Object.fromEntries(
          Object.entries(state).map(([name, value]) => [
            name,
            tf.add(tf.mul(value, share), tf.mul(weights[name] ?? value, 1 - share)),
          ]),
        ),
      }),
    },
    average: (state) => state,
  }),
})
const stopFirst = defineHooks({
  id: 'stop-first',
  summary: 'Ends the arms of one method after an epoch.',
  needsValidation: true,
  options: z.strictObject({ method: z.string().default('plain') }),
  create: (options) => ({ stop: ({ method }) => (method === options.method ? 'enough' : undefined) }),
})
const hookPlugin = (version = '1.0.0'): Plugin =>
  definePlugin({ name: 'toy-hooks', version, contract: 1, provides: [halves, stopFirst] })

const input = (
  config: Partial<UmbraConfig>,
  rest: Partial<ComparisonInput> = {},
  plugin = hookPlugin(),
): ComparisonInput =>
  toyComparison(runs, { seeds: [0], ...config }, { registry: assemble([toyPlugin, plugin]), ...rest })

const resultOf = (name: string, arm: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(runs, name, 'arms', arm, 'result.json'), 'utf8')) as Record<string, unknown>
const fileOf = (name: string, arm: string, file: string): Buffer | undefined => {
  const path = join(runs, name, 'arms', arm, file)
  return existsSync(path) ? readFileSync(path) : undefined
}

const both = ['halves', { id: 'stop-first' }] as const
const hooks = [...both]

describe('hooks of a configuration', () => {
  it('give an average and an early end, and leave the rest with the same bits', async () => {
    await compare(input({ name: 'plain' }))
    const { record } = await compare(input({ name: 'hooked', hooks }))
    const [before, after] = [studentsOf(runs, 'plain'), studentsOf(runs, 'hooked')]
    expect(after['imitate-s0']).toBe(before['imitate-s0'])
    expect(after['plain-s0']).not.toBe(before['plain-s0'])
    expect(fileOf('plain', 'imitate-s0', 'average.safetensors')).toBeUndefined()
    expect(fileOf('hooked', 'imitate-s0', 'average.safetensors')).toBeDefined()
    expect(resultOf('hooked', 'plain-s0').stopped).toEqual({ epoch: 0, reason: 'enough' })
    expect(resultOf('hooked', 'plain-s0').history).toHaveLength(1)

    expect(record.hooks).toEqual([
      { id: 'halves', options: { share: 0.5 } },
      { id: 'stop-first', options: { method: 'plain' } },
    ])
    const [plain, imitate] = record.pairs[0]!.methods.map(({ arms }) => arms[0]!)
    expect(plain!.failed).toBeUndefined()
    expect(plain!.stopped).toEqual({ epoch: 0, reason: 'enough' })
    expect(imitate!.stopped).toBeUndefined()
    expect(imitate!.average).toEqual(resultOf('hooked', 'imitate-s0').average)
    expect(imitate!.average!.loss).not.toBe(imitate!.final!.loss)
    expect(imitate!.history.map(({ average }) => average?.samples)).toEqual(
      imitate!.history.map(({ validation }) => validation?.samples),
    )
  })

  it('count in what identifies an arm: id, options, and version of the plugin', async () => {
    const hashes = new Set<unknown>()
    const run = async (name: string, config: Partial<UmbraConfig>, plugin?: Plugin): Promise<void> => {
      await compare(input({ name, methods: ['imitate'], baselines: false, ...config }, {}, plugin))
      hashes.add(resultOf(name, 'imitate-s0').hash)
    }
    await run('none', {})
    await run('halves', { hooks: ['halves'] })
    await run('share', { hooks: [{ id: 'halves', options: { share: 0.25 } }] })
    await run('both', { hooks: ['halves', 'stop-first'] })
    await run('version', { hooks: ['halves'] }, hookPlugin('1.0.1'))
    expect(hashes.size).toBe(5)
    // The defaults said and left out are the same.
    await run('said', { hooks: [{ id: 'halves', options: { share: 0.5 } }] })
    // A version of a plugin whose hooks are not chosen changes nothing.
    await run('unused', {}, hookPlugin('1.0.1'))
    expect(hashes.size).toBe(5)
    const always = definePlugin({
      ...hookPlugin(),
      name: 'always',
      provides: [],
      hooks: { epochEnd: () => undefined },
    })
    await compare(
      input({ name: 'always', methods: ['imitate'] }, { registry: assemble([toyPlugin, always]) }),
    )
    hashes.add(resultOf('always', 'imitate-s0').hash)
    expect(hashes.size).toBe(6)
  })

  it('take over a finished arm with its average', async () => {
    await compare(input({ name: 'first', hooks }))
    await compare(input({ name: 'second', hooks }))
    for (const file of ['average.safetensors', 'student.safetensors', 'result.json'])
      expect(fileOf('second', 'imitate-s0', file)).toEqual(fileOf('first', 'imitate-s0', file))
  })

  it.each([3, 6, 8])('end with the same files when aborted in call %i of a step and resumed', async (at) => {
    await compare(input({ name: 'whole', hooks }))
    rmSync(join(runs, '.store'), { recursive: true })
    const controller = new AbortController()
    let calls = 0
    const engine = eagerEngine()
    const counting: typeof engine = {
      ...engine,
      compile: (step, spec) => {
        const compiled = engine.compile(step, spec)
        const run: typeof compiled.run = (inputs) => {
          if (spec.name === 'seed-0' && ++calls === at) controller.abort()
          return compiled.run(inputs)
        }
        return { ...compiled, run }
      },
    }
    const cut = { engine: counting, signal: controller.signal }
    await expect(compare(input({ name: 'cut', hooks }, cut))).rejects.toMatchObject({
      code: 'UMBRA_INTERRUPTED',
    })
    await compare(input({ name: 'cut', hooks }, { resume: true }))
    for (const arm of ['plain-s0', 'imitate-s0']) {
      for (const file of ['average.safetensors', 'student.safetensors', 'best.safetensors'])
        expect(fileOf('cut', arm, file)).toEqual(fileOf('whole', arm, file))
      for (const key of ['history', 'stopped', 'final', 'average'])
        expect(resultOf('cut', arm)[key]).toEqual(resultOf('whole', arm)[key])
    }
  })

  it('are checked with everything else', () => {
    const problemsOf = (config: Partial<UmbraConfig>): string => {
      const { registry, config: resolved } = input(config)
      try {
        checkConfig(registry, resolved, runs)
      } catch (error) {
        return (error as Error).message
      }
      return ''
    }
    expect(problemsOf({ hooks })).toBe('')
    expect(problemsOf({ hooks: ['halfs'] })).toMatch(/unknown hooks "halfs".*Did you mean "halves"/)
    expect(problemsOf({ hooks: [{ id: 'halves', options: { share: 'no' } }] })).toMatch(
      /"share" of hooks "halves"/,
    )
    expect(problemsOf({ hooks: ['halves', 'halves'] })).toContain('received "halves" twice')
    expect(problemsOf({ hooks, validation: false })).toContain(
      'hooks "stop-first": expected images held out from training, received validation turned off',
    )
    expect(problemsOf({ hooks: ['halves'], validation: false })).toBe('')
  })
})
