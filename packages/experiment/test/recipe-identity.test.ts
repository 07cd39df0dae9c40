import { type Plugin, defineOptimiser, definePlugin, defineSchedule, tf, z } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import { assemble } from '@umbra/core/trainer'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkExperiment, openScope, planExperiment, type UmbraConfig } from '../src/index.js'
import { compare, newRuns, studentsOf, toyComparison, trainedTeacher } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

const schedules = (version: string, end = 0): Plugin =>
  definePlugin({
    ...{ name: 'schedules', version, contract: 1 },
    provides: [
      defineSchedule({
        id: 'line',
        summary: 'Falls in a line.',
        options: z.strictObject({ to: z.number().min(0).default(end) }),
        create:
          ({ to }) =>
          ({ lr, epoch, epochs }) =>
            lr + (to - lr) * (epoch / epochs),
      }),
    ],
  })

/** Hashes of an arm and of its teacher. */
async function hashes(plugins: readonly Plugin[], config: Partial<UmbraConfig> = {}): Promise<string[]> {
  const registry = assemble([toyPlugin, ...plugins])
  const input = toyComparison(newRuns(), { methods: ['plain'], seeds: [0], ...config }, { registry })
  const scope = openScope(registry, { engine: eagerEngine(), listen: () => undefined })
  const { arms, teachers } = await planExperiment(checkExperiment(input), {
    scope,
    cacheDir: input.cacheDir,
  })
  return [...arms, ...[...teachers.values()].flat()].map(({ hash }) => hash)
}
const recipe = (schedule: unknown): Partial<UmbraConfig> => ({
  recipe: { epochs: 2, batch: 10, optimiser: { kind: 'sgd', lr: 0.1 }, schedule } as UmbraConfig['recipe'],
})

describe('what identifies a result', () => {
  it('is not a plugin whose schedule its recipe does not name', async () => {
    expect(await hashes([schedules('1.0.0')])).toEqual(await hashes([]))
  })

  it('is the schedule, its options with their defaults, and its plugin, of the recipe that names it', async () => {
    const of = (version: string, schedule: object): Promise<string[]> =>
      hashes([schedules(version)], recipe(schedule))
    const [arm, teacher] = await of('1.0.0', { kind: 'line' })
    const [cosine, sameTeacher] = await hashes([], recipe({ kind: 'cosine' }))
    expect(teacher).toBe(sameTeacher)
    expect((await of('1.0.0', { kind: 'line', to: 0 }))[0]).toBe(arm)
    const others = [
      (await of('1.0.0', { kind: 'line', to: 0.01 }))[0],
      (await of('1.0.1', { kind: 'line' }))[0],
    ]
    expect(new Set([arm, cosine, ...others]).size).toBe(4)
  })

  it('is that of a teacher that is trained here too', async () => {
    const teachers = (schedule: object): Partial<UmbraConfig> => ({
      teachers: [{ ...trainedTeacher, train: { ...trainedTeacher.train, schedule } }],
    })
    const plain = await hashes([], {})
    const own = await hashes([schedules('1.0.0')], teachers({ kind: 'line' }))
    const later = await hashes([schedules('1.0.1')], teachers({ kind: 'line' }))
    expect(new Set([plain[1], own[1], later[1]]).size).toBe(3)
    expect(new Set([plain[0], own[0], later[0]]).size).toBe(3)
  })
})

/** Wraps another optimiser: every second step is twice as long. */
const optimisers = (version: string): Plugin =>
  definePlugin({
    ...{ name: 'optimisers', version, contract: 1 },
    provides: [
      defineOptimiser({
        id: 'limping',
        summary: 'One short step, one long.',
        options: z.strictObject({
          lr: z.number().positive().default(0.05),
          inner: z.looseObject({ kind: z.string() }).default({ kind: 'sgd' }),
        }),
        create: ({ inner }, optimiser) => {
          const other = optimiser(inner)
          return {
            state: (weight) => ({ ...other.state?.(weight), before: weight }),
            scalars: (step, rate) => ({ ...other.scalars?.(step, rate), length: 1 + (step % 2) }),
            update: (weight, gradient, { before, ...state }, scalars) => {
              const longer = tf.mul(gradient, scalars.length!)
              const next = other.update(weight, longer, state, scalars)
              return { weight: next.weight, state: { ...next.state, before: tf.mul(before!, 0.5) } }
            },
          }
        },
      }),
    ],
  })

describe('an optimiser that wraps another', () => {
  const recipe = (optimiser: object): Partial<UmbraConfig> => ({
    recipe: { epochs: 2, batch: 10, optimiser },
  })

  it('counts with the plugin of the inner one', async () => {
    const inner = { kind: 'limping', inner: { kind: 'own' } }
    const own = (version: string): Plugin =>
      definePlugin({
        ...{ name: 'own', version, contract: 1 },
        provides: [
          defineOptimiser({
            id: 'own',
            summary: 's',
            options: z.strictObject({ lr: z.number().default(1) }),
            create: () => ({ update: (weight) => ({ weight }) }),
          }),
        ],
      })
    const of = async (version: string, optimiser: object): Promise<string | undefined> =>
      (await hashes([optimisers('1.0.0'), own(version)], recipe(optimiser)))[0]
    expect(await of('1.0.0', inner)).not.toBe(await of('1.0.1', inner))
    expect(await of('1.0.0', { kind: 'limping' })).toBe(await of('1.0.1', { kind: 'limping' }))
  })

  it('trains, is recorded whole, and ends with the same bits after an interruption within an epoch', async () => {
    const registry = assemble([toyPlugin, optimisers('1.0.0')])
    const optimiser = { kind: 'limping', inner: { kind: 'adam' } }
    const config: Partial<UmbraConfig> = {
      ...{ methods: ['plain'], seeds: [0] },
      recipe: { epochs: 2, batch: 10, checkpointEvery: 1, optimiser },
    }
    const whole = newRuns()
    const { record } = await compare(toyComparison(whole, config, { registry }))
    expect(record.recipe.optimiser).toEqual({ ...optimiser, lr: 0.05 })
    expect(await interrupted(config, registry, 3)).toEqual(studentsOf(whole))
  })

  it('is refused before anything is trained where its code breaks', async () => {
    const broken = definePlugin({
      ...{ name: 'broken', version: '1.0.0', contract: 1 },
      provides: [
        defineOptimiser({
          id: 'flat',
          summary: 's',
          options: z.strictObject({ lr: z.number().default(1) }),
          create: () => ({ update: (weight) => ({ weight: tf.sum(weight) }) }),
        }),
      ],
    })
    const events: string[] = []
    const input = toyComparison(newRuns(), recipe({ kind: 'flat' }), {
      registry: assemble([toyPlugin, broken]),
      listen: ({ type }) => events.push(type),
    })
    await expect(compare(input)).rejects.toThrow('new "weight" of optimiser "flat": expected a tensor [3]')
    expect(events).not.toContain('stage-start')
  })
})

/** The students of a run that was interrupted after so many checkpoints and resumed. */
async function interrupted(
  config: Partial<UmbraConfig>,
  registry: ReturnType<typeof assemble>,
  checkpoints: number,
): Promise<Record<string, string>> {
  const [runs, controller] = [newRuns(), new AbortController()]
  let seen = 0
  const stopping = toyComparison(runs, config, {
    ...{ registry, signal: controller.signal },
    listen: (event) => {
      if (event.type === 'checkpoint' && event.stage.startsWith('seed') && ++seen === checkpoints)
        controller.abort()
    },
  })
  await expect(compare(stopping)).rejects.toMatchObject({ code: 'UMBRA_INTERRUPTED' })
  await compare(toyComparison(runs, config, { registry, resume: true }))
  return studentsOf(runs)
}

it('trains with it, records its options whole, and ends with the same bits after an interruption', async () => {
  const registry = assemble([toyPlugin, schedules('1.0.0')])
  const config = { methods: ['plain'], seeds: [0], ...recipe({ kind: 'line' }) }
  const whole = newRuns()
  const { record } = await compare(toyComparison(whole, config, { registry }))
  expect(record.recipe.schedule).toEqual({ kind: 'line', to: 0 })
  expect(await interrupted(config, registry, 1)).toEqual(studentsOf(whole))
})

it('refuses wrong recipes of the run and of its teachers together, before anything is trained', () => {
  const teachers = [{ ...trainedTeacher, train: { schedule: { kind: 'lien' } } }]
  const input = toyComparison(
    newRuns(),
    { ...recipe({ kind: 'line', too: 1 }), teachers, student: { model: 'toy' } },
    { registry: assemble([toyPlugin, schedules('1.0.0')]) },
  )
  const message = problemsOf(() => checkExperiment(input))
  expect(message).toContain('unknown option "too" of schedule "line". Did you mean "to"?')
  expect(message).toContain('unknown schedule "lien". Did you mean "line"?')
})

function problemsOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}
