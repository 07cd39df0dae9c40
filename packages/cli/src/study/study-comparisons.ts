import { type ResolvedConfig, type ResolvedStudy, type StudyMethod, configSchema } from '@umbra/experiment'
import { canonicalJson } from '@umbra/core/files'
import { parseOptions, uniqueNames } from '@umbra/core/trainer'
import type { RawConfig } from '../config/read-config.js'
import { studyMethods } from './study-methods.js'
import type { StudyTeacher } from './study-teachers.js'

/** The student and the teacher of a pair of a comparison. */
export interface StudyPair {
  readonly student: string
  /** Empty for the reference without a teacher. */
  readonly teacher: string
}

/** One comparison of a study: pairs trained with the same methods. */
export interface StudyComparison {
  readonly config: ResolvedConfig
  readonly pairs: ReadonlyMap<string, StudyPair>
}

export interface ComparisonParts {
  readonly study: ResolvedStudy
  readonly common: RawConfig & { readonly name: string }
  readonly teachers: readonly StudyTeacher[]
  /** Labels of the smallest and the largest teachers. */
  readonly ends: ReadonlySet<string>
  /** Options that depend on the teachers’ measures, for a method and a teacher. */
  readonly complete?: (method: StudyMethod, teacher: StudyTeacher) => StudyMethod
}

/**
 * The comparisons of a study. All arms of one student, teacher and seed are in the same comparison, and so in the same cohort;
 * pairs with the same methods share a comparison. Methods without a teacher are trained once per student, in a separate one.
 */
export function studyComparisons(parts: ComparisonParts): StudyComparison[] {
  const { study, common, teachers, ends, complete = (method: StudyMethod) => method } = parts
  const epochs = (common.recipe as { readonly epochs?: number } | undefined)?.epochs ?? 30
  const methods = studyMethods(study, epochs)
  const students = study.students.map((config, i) => ({
    config,
    label: uniqueNames(study.students.map(({ model }) => model.id))[i]!,
  }))
  const groups = new Map<string, { methods: StudyMethod[]; pairs: Pair[] }>()
  for (const teacher of teachers) {
    const taught: StudyMethod[] = methods
      .filter(({ id, teachers: which }) => id !== 'ce' && (which === 'all' || ends.has(teacher.label)))
      .map((method) => complete(method, teacher))
    const key = canonicalJson(taught)
    const group = groups.get(key) ?? { methods: taught, pairs: [] }
    groups.set(key, group)
    for (const student of students)
      group.pairs.push({
        id: `${teacher.label}-${student.label}`,
        student: student.config,
        teachers: [teacher.config],
        is: { student: student.label, teacher: teacher.label },
      })
  }
  const reference = methods.filter(({ id }) => id === 'ce')
  if (reference.length > 0)
    groups.set('reference', {
      methods: reference,
      pairs: students.map(({ config, label }) => ({
        id: label,
        student: config,
        teachers: [],
        is: { student: label, teacher: '' },
      })),
    })
  return [...groups.values()]
    .filter(({ pairs }) => pairs.length > 0)
    .map((group, i) => comparison(common, group, i))
}

interface Pair {
  readonly id: string
  readonly student: unknown
  readonly teachers: readonly unknown[]
  readonly is: StudyPair
}

function comparison(
  common: ComparisonParts['common'],
  { methods, pairs }: { readonly methods: readonly StudyMethod[]; readonly pairs: readonly Pair[] },
  index: number,
): StudyComparison {
  const raw = {
    ...common,
    name: index === 0 ? common.name : `${common.name}.${index + 1}`,
    pairs: pairs.map(({ id, student, teachers }) => ({ id, student, teachers })),
    methods: methods.map(({ id, label, options }) => ({ id, label, options })),
    baselines: false,
  }
  const wording = { noun: 'setting', wrong: 'UMBRA_CONFIG', unknown: 'UMBRA_CONFIG' } as const
  return {
    config: parseOptions(configSchema, raw, `comparison ${raw.name} of the study`, wording),
    pairs: new Map(pairs.map(({ id, is }) => [id, is])),
  }
}
