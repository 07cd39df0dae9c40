import '@tensorflow/tfjs-backend-cpu'
import { type RunEvent, definePlugin, tf } from '@umbra/core'
import { assemble } from '@umbra/core/trainer'
import { beforeAll, expect, it } from 'vitest'
import { compare, newRuns, studentsOf, toyComparison } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** What no hash sees: the gradients of everything that is trained are multiplied by it. */
let unseen = 1
const scaled = definePlugin({
  ...{ name: 'scaled', version: '1.0.0', core: '*', provides: [] },
  hooks: {
    gradients: (gradients) =>
      Object.fromEntries(Object.entries(gradients).map(([name, each]) => [name, tf.mul(each, unseen)])),
  },
})

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
  }: { retrain?: 'teachers' | 'all'; stopAt?: string; resume?: boolean; name?: string } = {},
): Promise<Session> {
  const events: RunEvent[] = []
  const controller = new AbortController()
  const { name = 'test', resume = false } = rest
  const input = toyComparison(
    runs,
    { name, methods: ['imitate'], seeds: [0, 1] },
    {
      registry: assemble([toyPlugin, scaled]),
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

it('takes no arm from the store that learned from weights which its teacher no longer has', async () => {
  unseen = 1
  const runs = newRuns()
  await session(runs)
  unseen = 0.5
  await session(runs, { name: 'again', retrain: 'teachers', stopAt: 'seed-1' })
  expect((await session(runs, { name: 'new' })).trained).toEqual(['seed-1'])
})
