import type { Evaluation } from './events.js'

/** One epoch of one arm. Fractions 0..1, losses in nats; `train` holds means over the epoch. */
export interface EpochFigures {
  /** 0-based. */
  readonly epoch: number
  readonly train: {
    readonly loss: number
    readonly accuracy: number
    /** Each term before its weight. */
    readonly terms: Readonly<Record<string, number>>
    /** Weight of each term at the end of the epoch. */
    readonly weights?: Readonly<Record<string, number>>
  }
  /** On the images held out from training. */
  readonly validation?: Evaluation
  /** The same of the average kept beside the student. */
  readonly average?: Evaluation
}

/** One method with one seed: what was trained and what came out. */
export interface ArmFigures {
  readonly seed: number
  readonly status: 'finished' | 'failed'
  readonly failed?: { readonly code: string; readonly reason: string; readonly epoch?: number }
  /** Test set, read once, after the last epoch. */
  readonly last?: Evaluation
  /** Test set at the epoch that was best on validation; test results never chose it. */
  readonly best?: { readonly epoch: number; readonly validation: Evaluation; readonly test: Evaluation }
  /** Test set, of the average that a hook kept beside the student until the last epoch. */
  readonly average?: Evaluation
  /** Why a hook ended it before the recipe did; `epoch` (0-based) was its last. */
  readonly stopped?: { readonly epoch: number; readonly reason: string }
  readonly history: readonly EpochFigures[]
  /** Training time of the cohort the arm was in, seconds. */
  readonly seconds: number
  /** Its share of that time: the teacher passes are shared by all arms. */
  readonly ownSeconds?: number
  readonly imagesPerSecond: number
}

/** One method over its seeds. */
export interface MethodFigures {
  readonly id: string
  readonly label: string
  readonly title?: string
  readonly options: Readonly<Record<string, unknown>>
  /** How its options were chosen, where they were searched: trials on validation, best first. */
  readonly search?: {
    readonly strategy: string
    readonly trials: readonly {
      readonly options: Readonly<Record<string, unknown>>
      readonly epochs: number
      readonly validation: number
    }[]
  }
  readonly arms: readonly ArmFigures[]
}

/** A teacher of a pair and its dark-knowledge measures, means over the set named. */
export interface TeacherFigures {
  readonly label: string
  readonly parameters: number
  readonly evaluation: Evaluation
  /** `ece`, `meanTrueProbability`, `derivedAverage`, `derivedVariance`, `inherentVariance`, … at temperature 1. */
  readonly measures?: Readonly<Record<string, number>>
}

/** One set of teachers and one student. */
export interface PairFigures {
  /** `resnet56>resnet8`. */
  readonly id: string
  readonly student: { readonly label: string; readonly parameters: number }
  readonly teachers: readonly TeacherFigures[]
  readonly methods: readonly MethodFigures[]
}

/** Everything a report of a comparison is made of; JSON, with no tensor and no path outside the run folder. */
export interface ComparisonRecord {
  readonly name: string
  readonly command: string
  readonly created: string
  /** Wall time over all sessions that trained something, seconds. */
  readonly seconds: number
  readonly dataset: {
    readonly id: string
    readonly classes: number
    readonly train: number
    readonly validation: number
    readonly test: number
    readonly sources: readonly { readonly name: string; readonly sha256: string }[]
    readonly credit?: string
  }
  readonly recipe: Readonly<Record<string, unknown>>
  /** Hooks chosen in the configuration, defaults filled in; absent where there are none. */
  readonly hooks?: readonly { readonly id: string; readonly options: Readonly<Record<string, unknown>> }[]
  readonly seeds: readonly number[]
  readonly pairs: readonly PairFigures[]
  readonly environment: {
    readonly umbra: string
    readonly plugins: readonly { readonly name: string; readonly version: string }[]
    readonly engine: string
    readonly node: string
    readonly platform: string
    readonly processor: string
    readonly cores: number
    readonly memoryBytes: number
    readonly gitRevision?: string
  }
}
