import type { Progress, StageProgress } from './progress.js'

/** Shows the progress of a run. */
export interface ProgressView {
  /** Prints a line that stays. */
  readonly say: (text: string) => void
  /** Shows the current progress and the stage that changed; `fresh` when that stage starts. */
  readonly show: (progress: Progress, changed: StageProgress | undefined, fresh: boolean) => void
  readonly stop: () => void
}
