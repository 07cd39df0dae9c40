import type { AnalysisRecord } from './analysis-record.js'
import type { ArmEvidence, MethodRole, StudyEvidence } from './evidence.js'
import { chosenTemperatures, studentsOf } from './statements/outcomes.js'
import type { Statement } from './statements/statement.js'

/** Everything a report of a capacity study is made of; JSON, with no path. The same study gives the same record. */
export interface StudyRecord {
  readonly name: string
  readonly statements: readonly Statement[]
  /** Temperature at which the distinctness of teachers is compared. */
  readonly temperature: number
  readonly teachers: readonly {
    readonly label: string
    readonly family: string
    readonly parameters: number
    readonly architecture: string
  }[]
  readonly methods: readonly MethodRole[]
  /** Arms of the method chosen on validation, for each student. */
  readonly chosen: readonly {
    readonly student: string
    readonly global: string
    readonly perTeacher: Readonly<Record<string, string>>
  }[]
  readonly arms: readonly ArmEvidence[]
  readonly failed: readonly (Pick<ArmEvidence, 'student' | 'teacher' | 'method' | 'seed'> & {
    readonly reason: string
  })[]
  readonly recipe: unknown
  readonly seeds: readonly number[]
  readonly analysis: AnalysisRecord
}

/** What a study's record is made of. */
export interface StudyParts extends Pick<
  StudyRecord,
  'name' | 'statements' | 'analysis' | 'failed' | 'recipe' | 'seeds'
> {
  readonly evidence: StudyEvidence
}

/** The record of a study from its evidence, statements and measures. */
export const studyRecord = ({ evidence, ...rest }: StudyParts): StudyRecord => ({
  ...rest,
  temperature: evidence.temperature,
  teachers: evidence.teachers.map(({ label, family, parameters, architecture }) => ({
    ...{ label, family, parameters, architecture },
  })),
  methods: evidence.methods,
  chosen: studentsOf(evidence).flatMap((student) => {
    const chosen = chosenTemperatures(evidence, student)
    return chosen === undefined
      ? []
      : [{ student, global: chosen.global, perTeacher: Object.fromEntries(chosen.perTeacher) }]
  }),
  arms: evidence.arms,
})
