/** What one seed of a method came to. Its numbers are ignored where it failed. */
export interface SeedResult {
  readonly seed: number
  /** Fractions, 0..1. */
  readonly top1: number
  readonly top5: number
  /** Mean cross-entropy on the test set in nats. */
  readonly loss: number
  /** Training time. */
  readonly seconds: number
  readonly imagesPerSecond: number
  /** Why it failed, if it did. */
  readonly failed?: string | undefined
}

export interface MethodResults {
  /** Name in tables. Untrusted text. */
  readonly label: string
  readonly id: string
  readonly seeds: readonly SeedResult[]
}

export interface TeacherResult {
  readonly label: string
  readonly top1: number
  readonly top5: number
  readonly loss: number
  readonly parameters: number
}

/** Results of a comparison, as a run gives them. */
export interface ComparisonResults {
  readonly methods: readonly MethodResults[]
  readonly teachers: readonly TeacherResult[]
  /** Label of the method that the others are compared with; without one, the first whose id is `ce`, if there is one. */
  readonly baseline?: string | undefined
  readonly student?: { readonly label: string; readonly parameters: number } | undefined
  /** Credit that the data set's licence asks for. */
  readonly credit?: string | undefined
}
