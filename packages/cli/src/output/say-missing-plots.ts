import type { Io } from '../process/io.js'

/** Says, after a report was written, what its plots would need. On standard error: it is no part of the result. */
export async function sayMissingPlots(io: Io): Promise<void> {
  const { plotsMissing } = await import('@umbra/report')
  const missing = await plotsMissing()
  if (missing !== undefined) io.err(`without plots: ${missing}\n`)
}
