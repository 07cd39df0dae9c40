import { writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'

/** File descriptor of a worker's pipe to its parent; 3 is that of messages. */
export const PULSE_FD = 4
/** Milliseconds between two beats. */
const PULSE_MS = 5000
/** Beats that may be missed: a process without a sign of life for a minute is stopped or cut off. */
const MISSED = 12

/** Whether this process has a parent that listens to its pulse. */
function hasParent(): boolean {
  try {
    return writeSync(PULSE_FD, '.') > 0
  } catch {
    return false
  }
}

/**
 * Shows the parent that this process runs. From a thread of its own, since a training step may keep the main thread for
 * longer than a beat; a process that is suspended is suspended with all its threads.
 */
export function startPulse(): void {
  if (!hasParent()) return
  const beat = `setInterval(() => { try { require('node:fs').writeSync(${PULSE_FD}, '.') } catch {} }, ${PULSE_MS})`
  new Worker(beat, { eval: true, execArgv: [] }).unref()
}

/**
 * Calls `lost` when a worker gave no sign of life for a minute. Counted in ticks of this process rather than by the clock:
 * when both were suspended (Ctrl-Z, a laptop's lid), neither is to blame. Returns how to stop watching.
 */
export function watchPulse(pulse: Readable, lost: (seconds: number) => void): () => void {
  let missed = 0
  pulse.on('data', () => (missed = 0))
  // A worker that is gone is reported by its `exit` event.
  pulse.on('error', () => undefined)
  const timer = setInterval(() => {
    if (++missed > MISSED) lost((MISSED * PULSE_MS) / 1000)
  }, PULSE_MS)
  timer.unref()
  return () => clearInterval(timer)
}
