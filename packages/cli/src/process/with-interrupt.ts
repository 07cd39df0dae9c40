import process from 'node:process'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Runs `work`; the first Ctrl-C (or SIGTERM) aborts its signal with a message, the second ends the process at once. */
export async function withInterrupt<T>(
  say: (text: string) => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130)
    say('stopping; press Ctrl-C again to stop at once')
    controller.abort()
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}
