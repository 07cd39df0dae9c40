import process from 'node:process'
import type { Io } from './io.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Runs `work`; the first Ctrl-C (or SIGTERM) aborts its signal, the second ends the process at once. */
export async function withInterrupt<T>(io: Io, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130)
    io.err('\nstopping after this step and saving a checkpoint; once more to stop at once\n')
    controller.abort()
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}
