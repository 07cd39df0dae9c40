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

/** A planned stage, for progress displays. */
export interface PlannedStage {
  readonly stage: string
  readonly title: string
  readonly arms: readonly string[]
  readonly epochs: number
  readonly steps: number
  /** Billions of multiply-adds of forward passes that take as long. */
  readonly work: number
}

/** What a run tells its listeners. A stage is one cohort (or the training of one teacher); several may run at once. */
export type RunEvent =
  | { readonly type: 'notice'; readonly text: string }
  /** Stages that are to run, beside those announced before. */
  | { readonly type: 'plan'; readonly stages: readonly PlannedStage[] }
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
      /** Of this stage; NaN while too few steps were taken to say. */
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
  /** The average that a hook keeps beside the student, evaluated. */
  | {
      readonly type: 'average-evaluated'
      readonly stage: string
      readonly arm: string
      readonly epoch: number
      readonly set: 'validation' | 'test'
      readonly result: Evaluation
    }
  /** A hook ended an arm before its last epoch; it is finished, and the others go on. */
  | {
      readonly type: 'arm-stopped'
      readonly stage: string
      readonly arm: string
      /** 0-based; its last. */
      readonly epoch: number
      readonly reason: string
    }
  | {
      readonly type: 'arm-failed'
      readonly stage: string
      readonly arm: string
      readonly code: string
      readonly reason: string
      /** 0-based; absent where it failed before its first step. */
      readonly epoch?: number
      /** Where the error came from, with its causes. */
      readonly stack?: string
    }
  /** An arm has its result in the run folder: trained now, or (`cached`) taken from what was trained before. */
  | {
      readonly type: 'arm-end'
      readonly stage: string
      readonly arm: string
      readonly hash: string
      readonly cached: boolean
      readonly failed: boolean
      /** The other run that trained it, and when (ISO 8601), where it was taken from the store. */
      readonly reused?: { readonly run: string; readonly date: string }
      /** Test set with the weights of the last epoch. */
      readonly final?: Evaluation
      /** Test set with the weights of the epoch that was best on validation. */
      readonly best?: Evaluation
      /** Test set, of the average kept beside the student. */
      readonly average?: Evaluation
    }
  | { readonly type: 'checkpoint'; readonly stage: string; readonly step: number }
  | { readonly type: 'stage-end'; readonly stage: string; readonly seconds: number; readonly cached: boolean }

/** Told what a run does, as it does it. Must not throw. */
export type RunListener = (event: RunEvent) => void
