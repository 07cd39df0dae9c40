import type { RunListener } from '@umbra/core'
import type { LockWait } from '@umbra/core/files'

/** The process that waits. */
export interface LockWaiter {
  readonly signal: AbortSignal
  readonly listen: RunListener
  /** Whether locks that another machine left are taken over. */
  readonly takeOver: boolean
}

/** How a run waits for a lock: it tells its listener for whom. */
export const lockWait = ({ signal, listen, takeOver }: LockWaiter): LockWait => ({
  signal,
  takeOver,
  say: (text) => listen({ type: 'notice', text }),
})
