import {
  type Executor,
  type ExecutorContext,
  type RunEvent,
  type CohortSpec,
  UmbraError,
  defineExecutor,
  z,
} from '@umbra/core'
import { startWorker, WorkerDeath, type WorkerProcess } from './worker-process.js'

/** Several processes on this machine, each with one cohort at a time. */
export const workersExecutor = defineExecutor({
  id: 'workers',
  summary:
    'Trains cohorts in several processes on this machine; one that dies is replaced and its cohort continues.',
  options: z.strictObject({
    workers: z.int().min(1).max(256).default(2).describe('Number of processes'),
    retries: z
      .int()
      .min(0)
      .default(3)
      .describe('How many times in a row a cohort may lose its process without a new checkpoint'),
  }),
  create: (options) => createWorkers(options),
})

interface WorkersOptions {
  readonly workers: number
  readonly retries: number
}

export function createWorkers({ workers, retries }: WorkersOptions, start = startWorker): Executor {
  return {
    processes: workers,
    run: async (cohorts, context) => {
      const queue = [...cohorts]
      const running = new Set<WorkerProcess>()
      let failure: unknown
      const over = (): boolean => context.signal.aborted || failure !== undefined
      const stopAll = (): void => {
        for (const worker of running) void worker.stop()
      }
      context.signal.addEventListener('abort', stopAll, { once: true })
      const slot = async (): Promise<void> => {
        const open = (): WorkerProcess => {
          const worker = start(context.job, listenWith(context, progress))
          running.add(worker)
          return worker
        }
        const progress = { checkpoint: -1 }
        let worker: WorkerProcess | undefined
        for (let cohort = queue.shift(); cohort !== undefined && !over(); cohort = queue.shift())
          worker = await trainWith(worker, cohort)
        await worker?.stop()

        async function trainWith(
          first: WorkerProcess | undefined,
          cohort: CohortSpec,
        ): Promise<WorkerProcess> {
          let current = first
          let reached = -1
          let lost = 0
          progress.checkpoint = -1
          for (;;) {
            current ??= open()
            try {
              await current.train(cohort)
              return current
            } catch (error) {
              if (!(error instanceof WorkerDeath)) throw error
              running.delete(current)
              if (over()) return current
              lost = progress.checkpoint > reached ? 0 : lost + 1
              reached = Math.max(reached, progress.checkpoint)
              if (lost > retries) throw tooOften(cohort, lost, error)
              const text = `worker process ${current.pid} ended (${error.message}); ${cohort.stage} continues in a new one`
              context.listen({ type: 'notice', text })
              current = undefined
            }
          }
        }
      }
      const slots = Array.from({ length: Math.min(workers, cohorts.length) }, () =>
        slot().catch((error: unknown) => {
          failure ??= error
          stopAll()
        }),
      )
      await Promise.all(slots)
      context.signal.removeEventListener('abort', stopAll)
      await Promise.all([...running].map((worker) => worker.stop()))
      if (failure !== undefined && !context.signal.aborted) throw failure as Error
    },
  }
}

/** Passes events on and records the last checkpoint of the current cohort. */
const listenWith =
  ({ listen }: ExecutorContext, progress: { checkpoint: number }) =>
  (event: RunEvent): void => {
    if (event.type === 'checkpoint') progress.checkpoint = Math.max(progress.checkpoint, event.step)
    listen(event)
  }

const tooOften = ({ stage }: CohortSpec, times: number, death: WorkerDeath): UmbraError =>
  new UmbraError('UMBRA_WORKER', {
    subject: `worker of ${stage}`,
    expected: 'progress beyond the last checkpoint',
    received: `the process ended ${times} times in a row (${death.message})`,
    remedy: 'If memory is short, use fewer workers or a smaller cohort.maxArms; then --resume',
    cause: death,
  })
