import { type CohortSpec, type Executor, type RunEvent, defineExecutor, definePlugin, z } from '@umbra/core'
import { assemble } from '@umbra/core/trainer'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { compare, newRuns, studentsOf, toyComparison } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

/** Runs the plain arms of seeds 0 to 2, one to a cohort, on an executor; the arms it was asked for, call by call. */
function runOn(runs: string, run: (call: number, ...rest: Parameters<Executor['run']>) => Promise<void>) {
  const calls: string[][] = []
  const events: RunEvent[] = []
  const executor = defineExecutor({
    id: 'test',
    summary: 'Of a test.',
    options: z.strictObject({}),
    create: () => ({
      run: (cohorts, context) => {
        calls.push(cohorts.flatMap(({ arms }) => arms.map(({ id }) => id)))
        return run(calls.length, cohorts, context)
      },
    }),
  })
  const plugin = definePlugin({ name: 'executors', version: '1.0.0', contract: 1, provides: [executor] })
  const outcome = compare(
    toyComparison(
      runs,
      { methods: ['plain'], seeds: [0, 1, 2], teachers: [], executor: { id: 'test', options: {} } },
      {
        registry: assemble([toyPlugin, plugin]),
        command: 'train',
        listen: (event) => void events.push(event),
      },
    ),
  )
  return { outcome, calls, events }
}

const all = ['plain-s0', 'plain-s1', 'plain-s2']

it('asks an executor once more for the arms it has left without a result, and for those alone', async () => {
  const runs = newRuns()
  const { outcome, calls, events } = runOn(runs, async (call, cohorts, { train }) => {
    const some: readonly CohortSpec[] = call === 1 ? cohorts.slice(1, 2) : cohorts
    for (const cohort of some) await train(cohort)
  })
  await outcome
  expect(calls).toEqual([all, ['plain-s0', 'plain-s2']])
  expect(Object.keys(studentsOf(runs))).toEqual(all)
  expect(events.filter(({ type }) => type === 'notice')).toMatchObject([
    { text: expect.stringMatching(/left plain-s0, plain-s2 without a result/) as string },
  ])
})

it('gives up on an executor that leaves the same arm twice, and names it', async () => {
  const { outcome, calls } = runOn(newRuns(), async (_call, cohorts, { train }) => {
    for (const cohort of cohorts.slice(1)) await train(cohort)
  })
  await expect(outcome).rejects.toMatchObject({
    code: 'UMBRA_WORKER',
    message: expect.stringContaining('plain-s0') as string,
  })
  expect(calls).toEqual([all, ['plain-s0']])
})
