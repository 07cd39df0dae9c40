import {
  type ExecutorContext,
  type RunEvent,
  type RunJob,
  type RunListener,
  type CohortSpec,
  UmbraError,
} from '@umbra/core'
import { expect, test } from 'vitest'
import { WorkerDeath, type WorkerProcess } from './worker-process.js'
import { createWorkers } from './workers-executor.js'

const cohort = (stage: string): CohortSpec => ({
  ...{ stage, title: stage, pair: 'p', seed: 0, epochs: 1, folder: 'arms', test: true, arms: [] },
})
const contextOf = (events: RunEvent[], signal = new AbortController().signal): ExecutorContext => ({
  job: {} as RunJob,
  train: () => Promise.reject(new Error('not in this process')),
  signal,
  listen: (event) => void events.push(event),
})
const checkpoint = (listen: RunListener, stage: string, step: number): void =>
  listen({ type: 'checkpoint', stage, step })

/** Workers that do what `train` says; the second value tells how many were started and stopped. */
function fakes(train: (cohort: CohortSpec, listen: RunListener, worker: number) => Promise<void>) {
  const counts = { started: 0, stopped: 0, busy: 0, most: 0 }
  const start = (_: RunJob, listen: RunListener): WorkerProcess => {
    const own = ++counts.started
    return {
      pid: own,
      train: async (given) => {
        counts.most = Math.max(counts.most, ++counts.busy)
        try {
          await new Promise(setImmediate)
          await train(given, listen, own)
        } finally {
          counts.busy--
        }
      },
      stop: () => {
        counts.stopped++
        return Promise.resolve()
      },
    }
  }
  return { start, counts }
}

test('trains every cohort once, at most `workers` at a time, and ends its processes', async () => {
  const seen: string[] = []
  const { start, counts } = fakes(({ stage }) => Promise.resolve(void seen.push(stage)))
  const executor = createWorkers({ workers: 2, retries: 0 }, start)
  expect(executor.processes).toBe(2)
  await executor.run(['a', 'b', 'c', 'd'].map(cohort), contextOf([]))
  expect(seen.sort()).toEqual(['a', 'b', 'c', 'd'])
  expect(counts).toMatchObject({ started: 2, most: 2, busy: 0 })
  expect(counts.stopped).toBeGreaterThanOrEqual(2)
})

test('a worker that dies is replaced as long as its cohort gets further', async () => {
  const events: RunEvent[] = []
  let step = 0
  const { start, counts } = fakes(({ stage }, listen) => {
    checkpoint(listen, stage, ++step)
    return step < 6 ? Promise.reject(new WorkerDeath('SIGKILL', '')) : Promise.resolve()
  })
  await createWorkers({ workers: 1, retries: 1 }, start).run([cohort('a')], contextOf(events))
  expect(counts.started).toBe(6)
  expect(events.filter(({ type }) => type === 'notice')).toHaveLength(5)
})

test('one that dies again and again without a new checkpoint ends the run, and the other workers', async () => {
  const { start, counts } = fakes(({ stage }, listen) => {
    if (stage === 'good') return Promise.resolve()
    checkpoint(listen, stage, 3)
    return Promise.reject(new WorkerDeath('exit code 134', 'out of memory'))
  })
  const run = createWorkers({ workers: 2, retries: 2 }, start).run(
    [cohort('bad'), cohort('good')],
    contextOf([]),
  )
  await expect(run).rejects.toMatchObject({ code: 'UMBRA_WORKER' })
  await expect(run).rejects.toThrow(/exit code 134: out of memory/)
  // The first, one after the checkpoint that it left, and two more without progress; and the good one's.
  expect(counts.started).toBe(5)
})

test("a cohort's own error is the run's", async () => {
  const { start } = fakes(() => Promise.reject(new UmbraError('UMBRA_DISK_FULL', { subject: 'disk' })))
  const run = createWorkers({ workers: 1, retries: 3 }, start).run([cohort('a')], contextOf([]))
  await expect(run).rejects.toMatchObject({ code: 'UMBRA_DISK_FULL' })
})

test('on abort takes no new cohort', async () => {
  const controller = new AbortController()
  const { start, counts } = fakes(() => {
    controller.abort()
    return Promise.reject(new WorkerDeath('exit code 0', ''))
  })
  await createWorkers({ workers: 1, retries: 3 }, start).run(
    [cohort('a'), cohort('b')],
    contextOf([], controller.signal),
  )
  expect(counts.started).toBe(1)
})
