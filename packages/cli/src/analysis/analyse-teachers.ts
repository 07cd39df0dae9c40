import { basename } from 'node:path'
import {
  type LogitTable,
  TEMPERATURE_AXIS,
  affinityAgreement,
  permutedAgreement,
  rankAgreement,
} from '@umbra/measures'
import type { MeasureContext, ReadyTeacher } from '@umbra/experiment'
import { UmbraError } from '@umbra/core'
import type { AnalysedTeacher, AnalysisRecord, SetMeasures, SetName, TeacherAgreement } from '@umbra/report'
import { measureSet } from './measure-set.js'
import { teacherTable } from './teacher-table.js'

/** A teacher and its architecture. */
export interface MeasuredTeacher {
  readonly teacher: ReadyTeacher
  readonly model: string
  /** Equal for two teachers of the same architecture. */
  readonly architecture: string
}

export interface AnalysisInput extends MeasureContext {
  readonly name: string
  readonly teachers: readonly MeasuredTeacher[]
  /** What losses are decomposed against; each teacher itself where there is none. */
  readonly student?: ReadyTeacher
  readonly sets: readonly SetName[]
}

/** Measures of teachers, and the logits they were made from. */
export interface Analysis {
  readonly record: AnalysisRecord
  readonly tables: ReadonlyMap<string, Readonly<Partial<Record<SetName, LogitTable>>>>
  /** Spearman's rho of each sample, for each of the record's agreements. */
  readonly spearman: readonly Float64Array[]
}

/** Measures every teacher on every set, and the agreement of every pair of teachers. */
export async function analyseTeachers(input: AnalysisInput): Promise<Analysis> {
  const { teachers, sets, student, dataset, engine, name } = input
  const tables = new Map<string, Partial<Record<SetName, LogitTable>>>()
  const measured: AnalysedTeacher[] = []
  for (const { teacher, model } of teachers) {
    const ofTeacher: Partial<Record<SetName, LogitTable>> = {}
    const figures: Partial<Record<SetName, SetMeasures>> = {}
    for (const set of sets) {
      ofTeacher[set] = await teacherTable(teacher, set, input)
      const against = student === undefined ? undefined : await teacherTable(student, set, input)
      figures[set] = measureSet(ofTeacher[set], against)
    }
    tables.set(teacher.label, ofTeacher)
    measured.push({
      label: teacher.label,
      model,
      parameters: teacher.model.countParams(),
      sets: figures,
    })
  }
  const { id, classes, credit, sources } = dataset
  const pairs: PairAgreement[] = []
  for (const set of sets) pairs.push(...(await agreementsOn(set, measured, tables, input)))
  const record = {
    name,
    dataset: {
      id,
      classes,
      ...(credit === undefined ? {} : { credit }),
      sources: sources.map(({ file, sha256 }) => ({ name: basename(file), sha256 })),
    },
    engine: `${engine.info.id} (${engine.info.detail})`,
    temperatures: TEMPERATURE_AXIS,
    decomposedAgainst: student?.label ?? 'each teacher itself',
    teachers: measured,
    agreements: pairs.map(({ agreement }) => agreement),
  }
  return { record, tables, spearman: pairs.map(({ spearman }) => spearman) }
}

interface PairAgreement {
  readonly agreement: TeacherAgreement
  readonly spearman: Float64Array
}

/** Agreement of every pair of teachers. Slow with many classes, so it reports progress and can be interrupted. */
async function agreementsOn(
  set: SetName,
  measured: readonly AnalysedTeacher[],
  tables: Analysis['tables'],
  { teachers, listen, signal }: AnalysisInput,
): Promise<PairAgreement[]> {
  const side = (i: number) => ({
    table: tables.get(measured[i]!.label)![set]!,
    relations: measured[i]!.sets[set]!.relations,
  })
  const pairs = measured.flatMap((_, j) => measured.slice(0, j).map((_, i) => [i, j] as const))
  const agreements: PairAgreement[] = []
  for (const [at, [i, j]] of pairs.entries()) {
    const [{ label: a }, { label: b }] = [measured[i]!, measured[j]!]
    const text = `agreement of ${a} and ${b} on the ${set} images, ${at + 1} of ${pairs.length}`
    listen({ type: 'notice', text })
    await new Promise(setImmediate)
    if (signal.aborted) throw new UmbraError('UMBRA_INTERRUPTED', { subject: text, cause: signal.reason })
    const [x, y] = [side(i), side(j)]
    const samples = rankAgreement(x.table, y.table)
    agreements.push({
      agreement: {
        ...{ a, b, set },
        sameArchitecture: teachers[i]!.architecture === teachers[j]!.architecture,
        agreement: affinityAgreement(x, y, samples),
        permuted: permutedAgreement(x, y),
      },
      spearman: samples.spearman,
    })
  }
  return agreements
}
