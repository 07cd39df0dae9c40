import type { SetName } from './analysis-record.js'

/** Of one teacher on one set, one value a sample. */
export interface TeacherSamples {
  /** Derived variance at the study's temperature. */
  readonly derivedVariance: Float64Array
  /** The same with 1.25 times that temperature for the true class and 0.75 times for the others. */
  readonly asymmetricVariance: Float64Array
  /** `log(1 - p_y)` and `log` of the inherent variance at the study's temperature. */
  readonly logRest: Float64Array
  readonly logInherentVariance: Float64Array
  /** `p_y` at temperature 1. */
  readonly trueProbability: Float64Array
}

/** What statements know of one teacher. */
export interface TeacherEvidence {
  /** Unique. Untrusted text. */
  readonly label: string
  readonly family: string
  readonly parameters: number
  /** Equal for two trainings of one architecture. */
  readonly architecture: string
  readonly sets: Readonly<Partial<Record<SetName, TeacherSamples>>>
}

/** Two teachers of one family: Spearman's rho of the wrong classes of each sample, and what chance gave at most. */
export interface AffinityEvidence {
  readonly a: string
  readonly b: string
  readonly set: SetName
  readonly sameArchitecture: boolean
  readonly spearman: Float64Array
  readonly chance: number
}

/** One student trained with one method by one teacher with one seed. Fractions 0..1. */
export interface ArmEvidence {
  readonly student: string
  readonly teacher: string
  readonly method: string
  readonly seed: number
  /** On images held out from training, after the last epoch. */
  readonly validation?: number
  /** On the test set, after the last epoch. */
  readonly test: number
}

/** What a method of the study is for. */
export interface MethodRole {
  readonly label: string
  readonly role: 'reference' | 'temperature' | 'calibration' | 'enhancement' | 'other'
  /** Of the temperature arms. */
  readonly temperature?: number
  /** Has the loss weights of the temperature arms: differs from them in the target alone. */
  readonly sameWeights: boolean
}

/** Everything the statements of a capacity study are decided on. */
export interface StudyEvidence {
  /** Temperature at which the distinctness of teachers is compared. */
  readonly temperature: number
  readonly teachers: readonly TeacherEvidence[]
  readonly affinities: readonly AffinityEvidence[]
  readonly arms: readonly ArmEvidence[]
  readonly methods: readonly MethodRole[]
}
