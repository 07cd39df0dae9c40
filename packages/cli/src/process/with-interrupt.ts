import process from 'node:process'

/** What ends a run that can be continued: Ctrl-C, a request to end, a terminal that was closed. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Node resets what \`nohup\` sets, so a closed terminal must be passed over here. */
const underNohup = (): boolean => /(^|\/)nohup$/.test(process.env._ ?? '')

/** Runs `work`; the first Ctrl-C (or SIGTERM, or a closed terminal) aborts its signal with a message, the second ends the process at once. */
export async function withInterrupt<T>(
  say: (text: string) => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const stop = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGHUP' && underNohup()) return
    if (controller.signal.aborted) process.exit(130)
    say('stopping; press Ctrl-C again to stop at once')
    controller.abort()
  }
  for (const signal of STOP_SIGNALS) process.on(signal, stop)
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, stop)
  }
}
