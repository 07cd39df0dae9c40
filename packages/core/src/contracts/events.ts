/** Numbers of one arm at one step, means over the batch. */
export interface StepMetrics {
  /** Total loss in nats. */
  readonly loss: number
  /** Each term before its weight, in nats. */
  readonly terms: Readonly<Record<string, number>>
  /** Fraction of the batch the student got right, 0..1. */
  readonly accuracy: number
}

/** Result of an evaluation on a whole set. */
export interface Evaluation {
  /** Fractions, 0..1. */
  readonly top1: number
  readonly top5: number
  /** Mean cross-entropy in nats. */
  readonly loss: number
  readonly samples: number
}

/** What a run tells whoever watches it. A stage is one cohort (or the training of one teacher). */
export type RunEvent =
  | { readonly type: 'notice'; readonly text: string }
  | {
      readonly type: 'stage-start'
      readonly stage: string
      readonly title: string
      readonly arms: readonly string[]
      readonly steps: number
      /** Steps already done before a resume. */
      readonly done: number
    }
  | {
      readonly type: 'step'
      readonly stage: string
      /** 1-based. */
      readonly step: number
      readonly steps: number
      readonly epoch: number
      readonly epochs: number
      /** Training images of all arms together, per second. */
      readonly imagesPerSecond: number
      /** Learning rate of the step, the same for all arms. */
      readonly learningRate?: number
      /** Of this stage. */
      readonly secondsLeft: number
      readonly metrics: Readonly<Record<string, StepMetrics>>
    }
  | {
      readonly type: 'evaluated'
      readonly stage: string
      readonly arm: string
      readonly epoch: number
      readonly set: 'validation' | 'test'
      readonly result: Evaluation
    }
  | {
      readonly type: 'arm-failed'
      readonly stage: string
      readonly arm: string
      readonly code: string
      readonly reason: string
    }
  | { readonly type: 'checkpoint'; readonly stage: string; readonly step: number }
  | { readonly type: 'stage-end'; readonly stage: string; readonly seconds: number; readonly cached: boolean }

export type RunListener = (event: RunEvent) => void
