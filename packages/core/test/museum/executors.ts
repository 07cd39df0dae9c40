import { z } from 'zod'
import { type Executor, type ExecutorDefinition, defineExecutor } from '../../src/contracts/executor.js'
import type { CheckName } from '../../src/testing/conformance/verdict.js'

const executor = (id: string, run: Executor['run']): ExecutorDefinition =>
  defineExecutor({ id, summary: id, options: z.strictObject({}), create: () => ({ run }) })

const oneByOne: Executor['run'] = async (cohorts, { train, signal }) => {
  const errors: unknown[] = []
  for (const cohort of cohorts)
    if (!signal.aborted) await train(cohort).catch((error: unknown) => errors.push(error))
  if (errors.length > 0) throw errors[0]
}

export const soundExecutor: ExecutorDefinition = executor('sound', oneByOne)

/** Known bugs of executors, each with the check that must find it. */
export const WRONG_EXECUTORS: readonly (readonly [CheckName, RegExp, ExecutorDefinition])[] = [
  ['options', /Use z\.strictObject/, { ...soundExecutor, options: z.object({}) }],
  [
    'once',
    /"kd-s3" was not/,
    executor('takes-the-last-for-done', async (cohorts, context) => {
      try {
        await oneByOne(cohorts.slice(0, -1), context)
      } catch (error) {
        await oneByOne(cohorts.slice(-1), context)
        throw error
      }
    }),
  ],
  [
    'once',
    /"kd-s0" was 2 times/,
    executor('retries-the-first', (cohorts, context) =>
      oneByOne([...cohorts.slice(0, 1), ...cohorts], context),
    ),
  ],
  [
    'failure',
    /it resolved/,
    executor('swallows', async (cohorts, { train, signal }) => {
      for (const cohort of cohorts) if (!signal.aborted) await train(cohort).catch(() => undefined)
    }),
  ],
  [
    'failure',
    /seed-2, seed-3 were not/,
    executor('stops-at-the-first', async (cohorts, { train, signal }) => {
      for (const cohort of cohorts) if (!signal.aborted) await train(cohort)
    }),
  ],
  [
    'cancel',
    /3 were/,
    executor('goes-on', async (cohorts, { train }) => {
      const ends = []
      for (const cohort of cohorts) ends.push(await train(cohort).catch((error: unknown) => ({ error })))
      const broken = ends.find((end) => end !== undefined)
      if (broken !== undefined) throw broken.error
    }),
  ],
]
