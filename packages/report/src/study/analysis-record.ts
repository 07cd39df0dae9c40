/** Means over the samples of a set at one temperature. */
export interface MeasuresAt {
  readonly temperature: number
  readonly trueProbability: number
  readonly derivedAverage: number
  readonly derivedVariance: number
  readonly derivedStandardDeviation: number
  readonly inherentVariance: number
}

/** Mean parts of a soft cross-entropy, nats. */
export interface DecompositionAt {
  readonly temperature: number
  readonly correctGuidance: number
  readonly smoothRegularisation: number
  readonly classDiscriminability: number
  readonly total: number
}

/** Part of the data that a measure is of. */
export type SetName = 'train' | 'test'

/** The measures of one teacher on one set. Fractions 0..1, losses in nats. */
export interface SetMeasures {
  readonly samples: number
  readonly accuracy: number
  readonly loss: number
  /** 15 bins of equal width, `(lower, upper]`, of the largest probability at temperature 1. */
  readonly ece: number
  readonly meanConfidence: number
  readonly bins: readonly { readonly count: number; readonly accuracy: number; readonly confidence: number }[]
  /** At temperature 1. */
  readonly headline: MeasuresAt
  readonly curve: readonly MeasuresAt[]
  readonly decomposition: readonly DecompositionAt[]
  /** Class-relation matrix at temperature 1, `[classes][classes]`, diagonal 0. */
  readonly relations: readonly (readonly number[])[]
}

/** One teacher and what was measured of it. */
export interface AnalysedTeacher {
  /** Untrusted text. */
  readonly label: string
  readonly model: string
  readonly parameters: number
  readonly sets: Readonly<Partial<Record<SetName, SetMeasures>>>
}

/** How far two teachers agree on which wrong classes are near. */
export interface AgreementFigures {
  readonly spearman: number
  readonly kendallTauB: number
  readonly topOverlap: Readonly<Record<string, number>>
  readonly linearCka: number
  readonly cosine: number
  readonly relationSpearman: number
}

/** How far two teachers agree on the order of the wrong classes, and the agreement by chance. */
export interface TeacherAgreement {
  readonly a: string
  readonly b: string
  readonly set: SetName
  /** Two trainings of one architecture: an upper bound for the agreement between capacities. */
  readonly sameArchitecture: boolean
  readonly agreement: AgreementFigures
  /** The same with the second teacher's wrong classes permuted: agreement by chance. */
  readonly permuted: {
    readonly mean: AgreementFigures
    readonly largest: AgreementFigures
    readonly draws: number
    readonly samples: number
  }
}

/** Everything `umbra analyze` measures, as JSON without paths. */
export interface AnalysisRecord {
  readonly name: string
  readonly dataset: {
    readonly id: string
    readonly classes: readonly string[]
    readonly credit?: string
    readonly sources: readonly { readonly name: string; readonly sha256: string }[]
  }
  readonly engine: string
  readonly temperatures: readonly number[]
  /** Whose probabilities stand for the student's in the loss decomposition: a label, or each teacher itself. */
  readonly decomposedAgainst: string
  readonly teachers: readonly AnalysedTeacher[]
  readonly agreements: readonly TeacherAgreement[]
}
