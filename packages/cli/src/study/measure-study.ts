import type { MeasureContext, ReadyTeacher } from '@umbra/experiment'
import { type LogitTable, sampleMeasures } from '@umbra/measures'
import type {
  AffinityEvidence,
  AnalysisRecord,
  SetName,
  TeacherEvidence,
  TeacherSamples,
} from '@umbra/report'
import { type Analysis, analyseTeachers } from '../analysis/analyse-teachers.js'
import type { StudyTeacher } from './study-teachers.js'

/** Measures of the teachers of a study, made before any student is trained. */
export interface StudyMeasures {
  readonly record: AnalysisRecord
  readonly teachers: readonly TeacherEvidence[]
  readonly affinities: readonly AffinityEvidence[]
  /** Mean inherent variance of each class at the study's temperature on the training images, by teacher. */
  readonly varianceByClass: ReadonlyMap<string, readonly number[]>
}

const SETS: readonly SetName[] = ['train', 'test']

/** Measures the teachers of a study on the training and the test images. */
export async function measureStudy(
  name: string,
  teachers: readonly StudyTeacher[],
  temperature: number,
  ready: readonly ReadyTeacher[],
  context: MeasureContext,
): Promise<StudyMeasures> {
  const analysis = await analyseTeachers({
    ...context,
    name,
    teachers: teachers.map(({ label, architecture, config }, i) => ({
      teacher: { ...ready[i]!, label },
      model: config.model.id,
      architecture,
    })),
    sets: SETS,
  })
  const { record, tables } = analysis
  return {
    record,
    teachers: teachers.map(({ label, family, architecture }, i) => ({
      label,
      family,
      architecture,
      parameters: record.teachers[i]!.parameters,
      sets: Object.fromEntries(
        SETS.map((set) => [set, samplesOf(tables.get(label)![set]!, temperature)]),
      ) as Record<SetName, TeacherSamples>,
    })),
    affinities: affinitiesOf(analysis, teachers),
    varianceByClass: new Map(
      [...tables].map(([label, sets]) => [label, meanByClass(sets.train!, temperature)] as const),
    ),
  }
}

function samplesOf(table: LogitTable, temperature: number): TeacherSamples {
  const at = sampleMeasures(table, temperature)
  return {
    derivedVariance: at.derivedVariance,
    asymmetricVariance: sampleMeasures(table, 0.75 * temperature, 1.25 * temperature).derivedVariance,
    logRest: at.derivedAverage.map((average) => Math.log(average * (table.classes - 1))),
    logInherentVariance: at.inherentVariance.map(Math.log),
    trueProbability: sampleMeasures(table, 1).trueProbability,
  }
}

/** For every pair of teachers of one family. */
function affinitiesOf({ record, spearman }: Analysis, teachers: readonly StudyTeacher[]): AffinityEvidence[] {
  const familyOf = new Map(teachers.map(({ label, family }) => [label, family]))
  return record.agreements
    .map((agreement, at) => ({ ...agreement, spearman: spearman[at]! }))
    .filter(({ a, b }) => familyOf.get(a) === familyOf.get(b))
    .map(({ a, b, set, sameArchitecture, permuted, spearman }) => ({
      a,
      b,
      set,
      sameArchitecture,
      spearman,
      chance: permuted.largest.spearman,
    }))
}

function meanByClass(table: LogitTable, temperature: number): number[] {
  const { inherentVariance } = sampleMeasures(table, temperature)
  const sums = new Array<number>(table.classes).fill(0)
  const counts = new Array<number>(table.classes).fill(0)
  table.labels.forEach((label, i) => {
    sums[label]! += inherentVariance[i]!
    counts[label]! += 1
  })
  return sums.map((sum, c) => sum / Math.max(1, counts[c]!))
}
