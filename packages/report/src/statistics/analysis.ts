/** Mean over seeds with its spread. */
export interface Estimate {
  readonly mean: number
  readonly count: number
  /** Sample standard deviation (divided by n - 1); absent for one value. */
  readonly deviation?: number
  /** 95 % t interval of the mean; absent for one value, and where all values are equal. */
  readonly interval?: readonly [low: number, high: number]
}

/** `untested`: too few seeds, or differences that are all equal. */
export type Verdict = 'better' | 'worse' | 'undecided' | 'untested'

/** A method against the baseline, paired by seed. Fractions 0..1. */
export interface PairedComparison {
  readonly baseline: string
  /** Seeds that both finished. */
  readonly seeds: readonly number[]
  /**
   * Method minus baseline, top-1. The intervals of all methods of the pair hold 95 % together (Bonferroni), so this one holds
   * 0 exactly where the verdict is `undecided`.
   */
  readonly difference?: Estimate
  /** Paired t-test, two-sided. `adjusted` is the p value times `comparisons`, at most 1 (Bonferroni). */
  readonly test?: {
    readonly statistic: number
    readonly degrees: number
    readonly p: number
    readonly adjusted: number
    /** Methods of the pair that were tested; they share the 5 %. */
    readonly comparisons: number
  }
  /** Wilcoxon's signed-rank test, two-sided, not adjusted; from 6 seeds on, where it can reach 0.05. */
  readonly signedRank?: { readonly p: number }
  /** Mean difference in its own standard deviations; from 3 seeds on also without small-sample bias (Hedges' g). */
  readonly effect?: { readonly dz: number; readonly g?: number }
  readonly verdict: Verdict
  /** Total seeds that would settle an undecided comparison with power 0.8, if difference and spread stay as observed. */
  readonly seedsNeeded?: number | 'more than 100'
  readonly sentence: string
}

/** A metric of a method over its seeds: one figure, or several by name. */
export interface MetricEstimate {
  readonly single?: Estimate
  /** Undefined where no seed has the figure. */
  readonly byName?: Readonly<Record<string, Estimate | undefined>>
}

/** A method's results in one of the three ways: last weights, best on validation, average. */
export interface OutcomeAnalysis {
  /** Fractions; absent where no seed finished. */
  readonly top1?: Estimate
  readonly top5?: Estimate
  /** Nats. */
  readonly loss?: Estimate
  /** By the metric's id; absent where there are none. */
  readonly metrics?: Readonly<Record<string, MetricEstimate>>
  /** Values behind `top1`. */
  readonly values: readonly { readonly seed: number; readonly top1: number }[]
  /** Absent for the baseline itself, and without a baseline. */
  readonly versus?: PairedComparison
}

/** Weights of the last epoch, of the epoch that was best on validation, or averaged. */
export type Outcome = 'final' | 'best' | 'average'

/** Statistics of one method over its seeds. */
export interface MethodAnalysis {
  readonly id: string
  readonly label: string
  readonly seeds: readonly number[]
  readonly failed: readonly {
    readonly seed: number
    readonly code: string
    readonly reason: string
    readonly epoch?: number
  }[]
  /** After the last epoch. */
  readonly final: OutcomeAnalysis
  /** At the epoch that was best on validation. */
  readonly best: OutcomeAnalysis
  /** Of the averaged weights. */
  readonly average: OutcomeAnalysis
  /** Seeds that a hook ended before the recipe did; `epoch` (0-based) was their last. */
  readonly stopped: readonly { readonly seed: number; readonly epoch: number; readonly reason: string }[]
  /** Training time without the teacher passes, seconds; the whole time where that was not measured. */
  readonly ownSeconds?: Estimate
  readonly seconds?: Estimate
  readonly imagesPerSecond?: Estimate
}

/** Statistics of all methods of one pair of student and teachers. */
export interface PairAnalysis {
  readonly id: string
  /** Label of the method that the others are compared with. */
  readonly baseline?: string
  /** Best mean first, methods without a result at the end. */
  readonly methods: readonly MethodAnalysis[]
  /** Whether any arm was evaluated at its best epoch on validation. */
  readonly hasBest: boolean
  /** Whether any arm has averaged weights. */
  readonly hasAverage: boolean
  /** Warnings about the numbers, one sentence each. */
  readonly notes: readonly string[]
}

/** Statistics of a comparison, pair by pair. */
export interface ComparisonAnalysis {
  readonly pairs: readonly PairAnalysis[]
}
