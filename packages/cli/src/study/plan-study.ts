import { type RunPlan, checkExperiment, loadDataset } from '@umbra/experiment'
import { cacheDir, createEngine, limitThreads } from '@umbra/engine'
import { planOnly } from '../experiment/plan-only.js'
import { planText } from '../experiment/plan-text.js'
import { duration } from '../output/format.js'
import type { StudySetting } from './resolve-study.js'
import { studyComparisons } from './study-comparisons.js'
import { type NamedPlan, nameOf } from './study-plans.js'
import { type StudyTeacher, endsOf, studyTeachers } from './study-teachers.js'

export interface StudyPlan {
  readonly json: {
    readonly seconds?: number
    readonly comparisons: readonly (RunPlan & { readonly name: string })[]
  }
  readonly text: string
}

/** What a study would do: the plan of each of its comparisons and the total time. Everything is checked. */
export async function planStudy(
  { study, common, base, registry, baseDir }: StudySetting,
  { compile }: { readonly compile: boolean },
  say: (text: string) => void,
): Promise<StudyPlan> {
  // Sizes are read off models, which are made on an engine.
  limitThreads(base.threads)
  const engine = await createEngine(base.engine, { compile })
  const teachers = studyTeachers(study)
  const context = { baseDir, cacheDir: cacheDir(), listen: () => undefined }
  const ends = endsOf(teachers, registry, await loadDataset(registry, base.dataset, context))
  const plans = []
  for (const { config } of studyComparisons({ study, common, teachers, ends })) {
    const checked = checkExperiment({ config, registry, baseDir, command: 'compare' })
    const { plan, note } = await planOnly(checked, engine, say)
    plans.push({ name: nameOf(checked), plan, note })
  }
  const seconds = secondsOf(plans)
  return {
    json: {
      ...(seconds === undefined ? {} : { seconds }),
      comparisons: plans.map(({ name, plan }) => ({ name, ...plan })),
    },
    text: studyPlanText(teachers, plans),
  }
}

/** The plan of a study: one table for each comparison. */
export function studyPlanText(
  teachers: readonly Pick<StudyTeacher, 'label'>[],
  plans: readonly (NamedPlan & { readonly note?: string })[],
): string {
  const seconds = secondsOf(plans)
  return [
    `${teachers.length} teachers: ${teachers.map(({ label }) => label).join(', ')}\n`,
    ...plans.map(({ name, plan, note }) => `${name}\n${planText(plan, note)}`),
    `estimated time of the study, measures not included: ${seconds === undefined ? 'unknown' : `about ${duration(seconds)}`}\n`,
  ].join('\n')
}

/** Total of all comparisons; undefined unless the time of each is known. */
const secondsOf = (plans: readonly NamedPlan[]): number | undefined =>
  plans.reduce<number | undefined>(
    (sum, { plan }) => (sum === undefined || plan.seconds === undefined ? undefined : sum + plan.seconds),
    0,
  )
