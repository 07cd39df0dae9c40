import process from 'node:process'
import { takeStrayErrors } from './stray-errors.js'

/** What ends a run that can be continued: Ctrl-C, a request to end, a terminal that was closed. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Node resets what \`nohup\` sets, so a closed terminal must be passed over here. */
const underNohup = (): boolean => /(^|\/)nohup$/.test(process.env._ ?? '')

/**
 * Runs `work`; the first Ctrl-C (or SIGTERM, or a closed terminal) aborts its signal with a message, the second ends the process at once.
 * An error that nothing catches aborts it as well, so that work is saved, and is thrown when it has ended.
 */
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
  const stray: unknown[] = []
  const release = takeStrayErrors((error) => {
    // What is interrupted may well fail; the first error is the one to mend.
    if (controller.signal.aborted) return
    stray.push(error)
    say('an error that nothing catches: stopping')
    controller.abort()
  })
  for (const signal of STOP_SIGNALS) process.on(signal, stop)
  try {
    const result = await work(controller.signal).catch((error: unknown) => {
      throw stray.length > 0 ? stray[0] : error
    })
    if (stray.length > 0) throw stray[0]
    return result
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, stop)
    release()
  }
}
