import process from 'node:process'
import { type RunEvent, type TrialHost, UmbraError, configSchema, openJob } from '@umbra/core'
import { createEngine, ENGINE_IDS } from '@umbra/engine'
import { loadProject } from '../config/load-project.js'
import { limitThreads } from '../experiment/limit-threads.js'
import { assembleProject } from '../plugins/assemble-project.js'
import type { Io } from '../process/io.js'
import type { FromWorker, ToWorker, WorkerHost } from './messages.js'

/** Becomes a worker of the process that started this one; ends when that one says so or is gone. */
export async function runWorker(io: Io): Promise<void> {
  if (process.send === undefined)
    throw new UmbraError('UMBRA_USAGE', {
      subject: 'umbra worker is started by a run with --workers, not by hand',
    })
  // A Ctrl-C reaches every process of a terminal; the parent says what comes of it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
  const send = (message: FromWorker): void => {
    if (process.connected) process.send!(message, undefined, undefined, () => undefined)
  }
  const listen = (event: RunEvent): void => send({ type: 'event', event })
  const controller = new AbortController()
  let host: Promise<TrialHost> | undefined
  await new Promise<void>((resolve) => {
    let busy: Promise<void> = Promise.resolve()
    const stop = (): void => {
      controller.abort()
      void busy.finally(resolve)
    }
    process.on('disconnect', stop)
    process.on('message', (message: ToWorker) => {
      if (message.type === 'open') host = open(message, { io, listen, signal: controller.signal })
      else if (message.type === 'stop') stop()
      else
        busy = train(message, host).then(send, (error: unknown) => {
          if (!controller.signal.aborted) send(failure(error))
        })
    })
  })
  await (await host?.catch(() => undefined))?.dispose()
  if (process.connected) process.disconnect()
}

async function open(
  { job }: ToWorker & { readonly type: 'open' },
  {
    io,
    ...context
  }: { readonly io: Io; readonly listen: (event: RunEvent) => void; readonly signal: AbortSignal },
): Promise<TrialHost> {
  const host = job.host as WorkerHost
  const own = { ...io, cwd: host.cwd }
  const registry = await assembleProject(await loadProject(host.config, own), host.plugins, own)
  const { threads } = configSchema.parse(job.config)
  limitThreads(threads)
  const id = ENGINE_IDS.find((known) => known === host.engine)
  const engine = await createEngine(id ?? 'auto', { compile: host.compile })
  // The parent has said what there is to say about data and teachers.
  const quiet = (event: RunEvent): void => {
    if (event.type !== 'notice' && !(event.type === 'stage-end' && event.cached)) context.listen(event)
  }
  return openJob(job, { ...context, listen: quiet, registry, engine })
}

async function train(
  { trial }: ToWorker & { readonly type: 'train' },
  host: Promise<TrialHost> | undefined,
): Promise<FromWorker> {
  await (await host)?.train(trial)
  return { type: 'done', stage: trial.stage }
}

const failure = (error: unknown): FromWorker => ({
  type: 'failed',
  code: error instanceof UmbraError ? error.code : undefined,
  message: error instanceof Error ? error.message : String(error),
  stack: error instanceof Error ? error.stack : undefined,
})
