import { type ChildProcess, fork } from 'node:child_process'
import process from 'node:process'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { CohortSpec, RunJob, RunListener } from '@umbra/core'
import { excuse } from '@umbra/core/trainer'
import type { FromWorker, ToWorker } from './messages.js'
import { unpackError } from './sent-error.js'
import { PULSE_FD, watchPulse } from './pulse.js'

/** How a worker ended without being asked to. */
export class WorkerDeath extends Error {
  constructor(how: string, stderrTail: string) {
    super(stderrTail === '' ? how : `${how}: ${stderrTail}`)
  }
}

/** A process that trains the cohorts it is sent, one at a time. */
export interface WorkerProcess {
  readonly pid: number
  /** Rejects with a WorkerDeath when the process ends, and with the cohort's error when the cohort fails. */
  readonly train: (cohort: CohortSpec) => Promise<void>
  /** Asks it to save and end; resolves when it has ended. */
  readonly stop: () => Promise<void>
}

const ENTRY = fileURLToPath(new URL('../../bin/umbra.js', import.meta.url))
/** Characters of a worker's standard error that are kept. */
const STDERR_KEPT = 2000
/** Milliseconds that a worker gets to end when asked; then it is killed. */
const PATIENCE_MS = 120_000

export function startWorker(job: RunJob, listen: RunListener): WorkerProcess {
  const child: ChildProcess = fork(ENTRY, ['worker'], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
    // JSON cannot hold NaN.
    serialization: 'advanced',
    // Without the parent's debugger options: a debugger port can be used only once.
    execArgv: [],
    env: process.env,
  })
  let stderr = ''
  child.stderr?.on('data', (text: Buffer) => (stderr = (stderr + text.toString()).slice(-STDERR_KEPT)))
  let pending: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined
  let death: WorkerDeath | undefined
  const ended = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      death ??= new WorkerDeath(how, stderr.trim().split('\n').slice(-3).join(' '))
      pending?.reject(death)
      resolve()
    }
    child.on('exit', (code, signal) => end(signal ?? `exit code ${code ?? '?'}`))
    child.on('error', (error) => end(error.message))
  })
  const pulse = child.stdio[PULSE_FD]
  if (pulse instanceof Readable) {
    const unwatch = watchPulse(pulse, (seconds) => {
      // Only this signal reaches a process that is suspended.
      if (child.kill('SIGKILL')) death ??= new WorkerDeath(`no sign of life for ${seconds} seconds`, '')
    })
    child.on('exit', unwatch)
  }
  child.on('message', (message: FromWorker) => {
    if (message.type === 'done') pending?.resolve()
    else if (message.type === 'failed') pending?.reject(excuse(unpackError(message.error)))
    else
      try {
        listen(message.event)
      } catch (error) {
        // Thrown on, it would end this process without a word of who was told what.
        pending?.reject(error as Error)
      }
  })
  const send = (message: ToWorker): void => {
    // A process that is gone is reported by its `exit` event.
    if (child.connected) child.send(message, () => undefined)
  }
  send({ type: 'open', job })
  return {
    pid: child.pid ?? 0,
    train: async (cohort) => {
      if (death !== undefined) throw death
      try {
        await new Promise<void>((resolve, reject) => {
          pending = { resolve, reject }
          send({ type: 'train', cohort })
        })
      } finally {
        pending = undefined
      }
    },
    stop: async () => {
      send({ type: 'stop' })
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
      await ended
      clearTimeout(timer)
    },
  }
}
