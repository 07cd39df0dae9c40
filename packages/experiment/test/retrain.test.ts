import { type RunEvent, defineExecutor, definePlugin, z } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import { assemble } from '@umbra/core/trainer'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { joinRun } from '../src/join-run.js'
import { compare, newRuns, studentsOf, toyComparison } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

/** What no hash sees: the learning rate of everything that is trained is multiplied by it. */
let unseen = 1
const scaled = definePlugin({
  ...{ name: 'scaled', version: '1.0.0', contract: 1, provides: [] },
  hooks: {
    recipe: (recipe) => ({
      ...recipe,
      optimiser: { ...recipe.optimiser, lr: unseen * Number(recipe.optimiser.lr) },
    }),
  },
})

/** Trains in what joins the run, as a worker process does. */
const joining = definePlugin({
  ...{ name: 'joining', version: '1.0.0', contract: 1 },
  provides: [
    defineExecutor({
      id: 'joining',
      summary: 'Of a test.',
      options: z.strictObject({}),
      create: () => ({
        run: async (cohorts, { job, signal, listen }) => {
          const runner = await joinRun(job, { registry: registry(), engine: eagerEngine(), signal, listen })
          for (const cohort of cohorts) await runner.train(cohort)
          await runner.dispose()
        },
      }),
    }),
  ],
})
const registry = () => assemble([toyPlugin, scaled, joining])

interface Session {
  readonly trained: readonly string[]
  readonly notices: readonly string[]
}

/** One session: the stages that it trained, and what it said of arms. */
async function session(
  runs: string,
  {
    retrain,
    stopAt,
    ...rest
  }: {
    retrain?: 'teachers' | 'all'
    stopAt?: string
    resume?: boolean
    name?: string
    executor?: string
  } = {},
): Promise<Session> {
  const events: RunEvent[] = []
  const controller = new AbortController()
  const { name = 'test', resume = false, executor = 'in-process' } = rest
  const input = toyComparison(
    runs,
    { name, methods: ['imitate'], seeds: [0, 1], executor: { id: executor, options: {} } },
    {
      registry: registry(),
      resume,
      ...(retrain === undefined ? {} : { retrain: { what: retrain, since: new Date().toISOString() } }),
      signal: controller.signal,
      listen: (event) => {
        events.push(event)
        if (event.type === 'stage-start' && event.stage === stopAt) controller.abort()
      },
    },
  )
  await compare(input).catch((error: unknown) => expect(error).toMatchObject({ code: 'UMBRA_INTERRUPTED' }))
  return {
    trained: events.flatMap((event) => (event.type === 'stage-start' ? [event.stage] : [])),
    notices: events.flatMap((event) =>
      event.type === 'notice' && /other weights|same weights/.test(event.text) ? [event.text] : [],
    ),
  }
}

it('keeps finished arms of a resumed run whose teachers, trained again, are the same; says so', async () => {
  unseen = 1
  const runs = newRuns()
  await session(runs)
  const before = studentsOf(runs)
  expect(await session(runs, { resume: true, retrain: 'teachers' })).toEqual({
    trained: ['teacher-toy'],
    notices: ['kept, since their teachers, trained again, have the same weights: imitate-s0, imitate-s1'],
  })
  expect(studentsOf(runs)).toEqual(before)
})

it('trains arms again, once, whose teachers are others; so it does in a session that continues', async () => {
  unseen = 1
  const runs = newRuns()
  await session(runs)
  await session(runs, { name: 'other' })
  const before = studentsOf(runs)
  unseen = 0.5
  const first = await session(runs, { resume: true, retrain: 'teachers', stopAt: 'seed-1' })
  expect(first).toEqual({
    trained: ['teacher-toy', 'seed-0', 'seed-1'],
    notices: ['trained again, since their teachers now have other weights: imitate-s0, imitate-s1'],
  })
  expect(await session(runs, { resume: true })).toEqual({ trained: ['seed-1'], notices: [] })
  for (const [arm, weights] of Object.entries(studentsOf(runs))) expect(weights).not.toBe(before[arm])
  expect(await session(runs, { resume: true })).toEqual({ trained: [], notices: [] })

  // A run that has not asked for it keeps what it has; a new one takes nothing that learned from the weights before.
  expect((await session(runs, { name: 'other', resume: true })).trained).toEqual([])
  expect((await session(runs, { name: 'new' })).trained).toEqual([])
})

it('goes on with new teachers where it was interrupted before they were ready', async () => {
  unseen = 1
  const runs = newRuns()
  await session(runs)
  unseen = 0.5
  const first = await session(runs, { resume: true, retrain: 'teachers', stopAt: 'teacher-toy' })
  expect(first.trained).toEqual(['teacher-toy'])
  expect((await session(runs, { resume: true })).trained).toEqual(['teacher-toy', 'seed-0', 'seed-1'])
})

it('trains a teacher again once, whatever number of processes join the run', async () => {
  unseen = 1
  const runs = newRuns()
  await session(runs)
  const again = await session(runs, { name: 'again', retrain: 'all', executor: 'joining' })
  expect(again.trained).toEqual(['teacher-toy', 'seed-0', 'seed-1'])
  expect(studentsOf(runs, 'again')).toEqual(studentsOf(runs))
})

it('takes no arm from the store that learned from weights which its teacher no longer has', async () => {
  unseen = 1
  const runs = newRuns()
  await session(runs)
  unseen = 0.5
  await session(runs, { name: 'again', retrain: 'teachers', stopAt: 'seed-1' })
  expect((await session(runs, { name: 'new' })).trained).toEqual(['seed-1'])
})
