import '@tensorflow/tfjs-backend-cpu'
import { type Plugin, definePlugin, defineSchedule, tf, z } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import { assemble } from '@umbra/core/trainer'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkExperiment, openScope, planExperiment, type UmbraConfig } from '../src/index.js'
import { compare, newRuns, studentsOf, toyComparison, trainedTeacher } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const schedules = (version: string, end = 0): Plugin =>
  definePlugin({
    ...{ name: 'schedules', version, core: '*' },
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
    const teachers = (schedule: object): Partial<UmbraConfig> =>
      ({ teachers: [{ ...trainedTeacher, train: { ...trainedTeacher.train, schedule } }] })
    const plain = await hashes([], {})
    const own = await hashes([schedules('1.0.0')], teachers({ kind: 'line' }))
    const later = await hashes([schedules('1.0.1')], teachers({ kind: 'line' }))
    expect(new Set([plain[1], own[1], later[1]]).size).toBe(3)
    expect(new Set([plain[0], own[0], later[0]]).size).toBe(3)
  })
})

it('trains with it, records its options whole, and ends with the same bits after an interruption', async () => {
  const registry = assemble([toyPlugin, schedules('1.0.0')])
  const config = { methods: ['plain'], seeds: [0], ...recipe({ kind: 'line' }) }
  const whole = newRuns()
  const { record } = await compare(toyComparison(whole, config, { registry }))
  expect(record.recipe.schedule).toEqual({ kind: 'line', to: 0 })
  const [parts, controller] = [newRuns(), new AbortController()]
  const stopping = toyComparison(parts, config, {
    ...{ registry, signal: controller.signal },
    listen: (event) => {
      if (event.type === 'checkpoint' && event.stage.startsWith('seed')) controller.abort()
    },
  })
  await expect(compare(stopping)).rejects.toMatchObject({ code: 'UMBRA_INTERRUPTED' })
  await compare(toyComparison(parts, config, { registry, resume: true }))
  expect(studentsOf(parts)).toEqual(studentsOf(whole))
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
