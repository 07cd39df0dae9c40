import process from 'node:process'
import { type RunEvent, UmbraError } from '@umbra/core'
import { type CohortRunner, configSchema, joinRun } from '@umbra/experiment'
import { ENGINE_IDS, createEngine, limitThreads } from '@umbra/engine'
import { loadProject } from '../project/load-project.js'
import { assembleProject } from '../project/assemble-project.js'
import type { Io } from '../process/io.js'
import { takeStrayErrors } from '../process/stray-errors.js'
import { STOP_SIGNALS } from '../process/with-interrupt.js'
import { startPulse } from '../workers/pulse.js'
import type { FromWorker, ToWorker, WorkerProgram } from '../workers/messages.js'
import { packError } from '../workers/sent-error.js'

/** Becomes a worker of the process that started this one; ends when told to, or when that process is gone. */
export async function runWorker(io: Io): Promise<void> {
  if (process.send === undefined)
    throw new UmbraError('UMBRA_USAGE', {
      subject: 'umbra worker is started by a run with --workers, not by hand',
    })
  startPulse()
  // Ctrl-C reaches every process of a terminal; the parent decides what happens.
  for (const signal of STOP_SIGNALS) process.on(signal, () => undefined)
  const send = (message: FromWorker): void => {
    if (process.connected) process.send!(message, undefined, undefined, () => undefined)
  }
  const listen = (event: RunEvent): void => send({ type: 'event', event })
  const controller = new AbortController()
  let runner: Promise<CohortRunner> | undefined
  const stray: unknown[] = []
  const release = takeStrayErrors((error) => {
    stray.push(error)
    controller.abort()
  })
  await new Promise<void>((resolve) => {
    let busy: Promise<void> = Promise.resolve()
    const stop = (): void => {
      controller.abort()
      void busy.finally(resolve)
    }
    process.on('disconnect', stop)
    process.on('message', (message: ToWorker) => {
      if (message.type === 'open') {
        runner = open(message, { io, listen, signal: controller.signal })
        // Reported with the first cohort; until then nobody waits for it.
        runner.catch(() => undefined)
      } else if (message.type === 'stop') stop()
      else
        busy = train(message, runner).then(send, (error: unknown) => {
          if (stray.length > 0) send(failure(stray[0]))
          else if (!controller.signal.aborted) send(failure(error))
        })
    })
  })
  await (await runner?.catch(() => undefined))?.dispose()
  release()
  if (process.connected) process.disconnect()
}

async function open(
  { job }: ToWorker & { readonly type: 'open' },
  {
    io,
    ...context
  }: { readonly io: Io; readonly listen: (event: RunEvent) => void; readonly signal: AbortSignal },
): Promise<CohortRunner> {
  const program = job.program as WorkerProgram
  const { cwd, home } = program
  // The parent has already warned of plugins.
  const place = { ...io, err: () => undefined, cwd, ...(home === undefined ? {} : { home }) }
  const registry = await assembleProject(await loadProject(program.config, place), program.plugins, place)
  const { threads } = configSchema.parse(job.config)
  limitThreads(threads)
  const id = ENGINE_IDS.find((name) => name === program.engine)
  const engine = await createEngine(id ?? 'auto', { compile: program.compile })
  // The parent has already reported on data and teachers.
  const quiet = (event: RunEvent): void => {
    if (event.type !== 'notice' && !(event.type === 'stage-end' && event.cached)) context.listen(event)
  }
  return joinRun(job, { ...context, listen: quiet, registry, engine })
}

async function train(
  { cohort }: ToWorker & { readonly type: 'train' },
  runner: Promise<CohortRunner> | undefined,
): Promise<FromWorker> {
  await (await runner)?.train(cohort)
  return { type: 'done', stage: cohort.stage }
}

const failure = (error: unknown): FromWorker => ({ type: 'failed', error: packError(error) })
