import type { SetName } from '../analysis-record.js'

/** What a study says to a claim. */
export type Outcome = 'supported' | 'not supported' | 'undecided'

/** A figure with its 95 % interval. */
export interface Interval {
  readonly value: number
  /** 95 %; absent where there is too little to tell. */
  readonly low?: number
  readonly high?: number
}

/** A claim and what the study says to it. */
export interface Statement {
  readonly id: string
  readonly claim: string
  readonly outcome: Outcome
  /** What the statistic is. */
  readonly statistic: string
  readonly result?: Interval
  /** `accuracy`: the result is a difference of accuracies 0..1, shown in percentage points; a plain number without it. */
  readonly unit?: 'accuracy'
  /** When the claim counts as supported, and when not. Does not depend on the results. */
  readonly rule: string
  /** What was seen, one sentence each. */
  readonly evidence: readonly string[]
  readonly set?: SetName
  /** Section of the report whose plot shows it. */
  readonly plot: 'measures' | 'temperature' | 'relations' | 'students' | 'variance'
}

/** Bounds that an interval must lie beyond, whole. */
export interface Bounds {
  readonly supported: (low: number, high: number) => boolean
  readonly refuted: (low: number, high: number) => boolean
}

/** What an interval says to a claim; an interval that is missing or meets neither bound says nothing. */
export function decide({ low, high }: Interval, { supported, refuted }: Bounds): Outcome {
  if (low === undefined || high === undefined || !Number.isFinite(low) || !Number.isFinite(high))
    return 'undecided'
  if (supported(low, high)) return 'supported'
  return refuted(low, high) ? 'not supported' : 'undecided'
}

/** A statement that cannot be decided, and why. */
export const undecided = (
  base: Omit<Statement, 'outcome' | 'evidence'>,
  ...evidence: readonly string[]
): Statement => ({ ...base, outcome: 'undecided', evidence })
