import type { Progress, StageProgress } from './progress.js'

/** A way to show progress. */
export interface ProgressView {
  /** A line that stays. */
  readonly say: (text: string) => void
  /** The present state, and the stage that has just changed; `fresh` at its start. */
  readonly show: (progress: Progress, changed: StageProgress | undefined, fresh: boolean) => void
  readonly stop: () => void
}
