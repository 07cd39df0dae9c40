import type { Random } from './random.js'

/** Something that reads what it must not trust. */
export interface FuzzTarget {
  /** Word on the command line. */
  readonly name: string
  /** Called once in a process, with the folder of its cases, before the first. */
  readonly prepare?: (folder: string) => Promise<void>
  /** Makes one case and lets it be read. Throws for a wrong outcome. */
  readonly run: (random: Random, folder: string) => Promise<CaseOutcome>
}

export interface CaseOutcome {
  /** What kind of case it was: `pt, pickle changed`. */
  readonly kind: string
  readonly outcome: 'read' | 'refused'
  /** The error, for one refused. */
  readonly message?: string
}

/** A wrong outcome: another error than the project's, a wrong value, a case over a limit. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure'
}
