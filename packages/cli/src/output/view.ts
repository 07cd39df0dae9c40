import type { Progress } from './progress.js'

/** A way to show progress. */
export interface ProgressView {
  /** A line that stays. */
  readonly say: (text: string) => void
  /** The present state; `fresh` at the start of a stage. */
  readonly show: (progress: Progress, fresh: boolean) => void
  readonly stop: () => void
}
