import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UmbraError } from '@umbra/core'
import { type CheckedExperiment, type RunOptions, checkExperiment, runComparison } from '@umbra/experiment'
import { writeFile } from '@umbra/core/files'
import { cacheDir, createEngine, limitThreads } from '@umbra/engine'
import {
  type ArmEvidence,
  type StudyRecord,
  allStatements,
  documentHtml,
  documentMarkdown,
  studyDocument,
  studyRecord,
  studyText,
} from '@umbra/report'
import { measureTeacher } from '../analysis/measure-teacher.js'
import { type AnalysisContext, withTeachers } from '../analysis/with-teachers.js'
import type { RunFlags } from '../experiment/experiment-options.js'
import { planNote } from '../experiment/plan-text.js'
import { printJson } from '../output/print-json.js'
import { sayMissingPlots } from '../output/say-missing-plots.js'
import { createReporter } from '../output/reporter.js'
import type { Invocation } from '../process/invocation.js'
import type { Io } from '../process/io.js'
import { exitWith } from '../process/exit-with.js'
import { resumeNotice } from '../experiment/resume-notice.js'
import { isResumable, resumeCommand } from '../process/resume-command.js'
import { withInterrupt } from '../process/with-interrupt.js'
import type { WorkerProgram } from '../workers/messages.js'
import { completeMethod } from './complete-method.js'
import { type StudyMeasures, measureStudy } from './measure-study.js'
import { planStudy, studyPlanText } from './plan-study.js'
import { listenTo, nameOf, studyPlans } from './study-plans.js'
import { type StudySetting, resolveStudy } from './resolve-study.js'
import { type FailedArm, studyArms } from './study-arms.js'
import { type StudyComparison, studyComparisons } from './study-comparisons.js'
import { rolesOf } from './study-methods.js'
import { endRetrain, studyRetrain } from './study-retrain.js'
import { endsOf, studyTeachers } from './study-teachers.js'

export interface StudyFlags extends RunFlags {
  readonly measuresOnly?: true
}

/** What `umbra study capacity` does: check, measure the teachers, train the students, decide the statements, report. */
export async function runStudy(flags: StudyFlags, { io, argv }: Invocation): Promise<void> {
  const setting = await resolveStudy(flags, io)
  const reporter = createReporter(io, { quiet: flags.quiet === true, debug: flags.debug === true })
  try {
    if (flags.dryRun === true) {
      const plan = await planStudy(setting, flags, reporter.say)
      if (flags.json === true) printJson(io, plan.json)
      else io.out(plan.text)
      return
    }
    const trains = flags.measuresOnly !== true && setting.study.students.length > 0
    if (trains) {
      checkStudents(setting)
      refuseExisting(setting, flags)
    }
    limitThreads(setting.base.threads)
    const engine = await createEngine(setting.base.engine, { compile: flags.compile })
    reporter.say(`engine ${engine.info.id} (${engine.info.detail})`)
    const notice = resumeNotice(join(setting.base.runs, setting.base.name), flags.resume)
    if (notice !== undefined) reporter.say(notice)
    const folder = join(setting.base.runs, setting.base.name)
    const retrain = await studyRetrain(folder, flags)
    const record = await withInterrupt(reporter.say, (signal) =>
      study(
        setting,
        { flags, trains, retrain, io, say: reporter.say },
        {
          ...{ engine, signal, listen: reporter.listen },
          takeOver: flags.takeOver === true,
          retrainBefore: retrain?.since,
        },
      ),
    )
    reporter.stop()
    await writeStudy(folder, record)
    endRetrain(folder)
    await sayMissingPlots(io)
    if (flags.json === true) printJson(io, record)
    else io.out(`${studyText(record)}\n\nwritten to ${folder}\n`)
    if (record.failed.length > 0) {
      io.err(`${record.failed.length} ${record.failed.length === 1 ? 'arm' : 'arms'} failed\n`)
      throw exitWith(1)
    }
  } catch (error) {
    reporter.stop()
    if (isResumable(error)) io.err(`to continue: ${resumeCommand(argv)}\n`)
    throw error
  } finally {
    reporter.stop()
  }
}

/** Checks the comparisons in the form in which they will run, before an engine starts or a teacher is trained. */
function checkStudents(setting: StudySetting): void {
  const { study, common } = setting
  const teachers = studyTeachers(study)
  const ends = new Set(teachers.map(({ label }) => label))
  for (const comparison of studyComparisons({ study, common, teachers, ends })) checked(comparison, setting)
}

/** A checked comparison of the study. */
interface CheckedComparison extends StudyComparison {
  readonly experiment: CheckedExperiment
}

const checked = (comparison: StudyComparison, { registry, baseDir }: StudySetting): CheckedComparison => {
  const { config } = comparison
  return { ...comparison, experiment: checkExperiment({ config, registry, baseDir, command: 'compare' }) }
}

/** Thrown before the teachers are made ready, which may take hours. */
function refuseExisting({ base }: StudySetting, { resume, overwrite }: StudyFlags): void {
  const path = join(base.runs, base.name)
  if (resume === true || overwrite === true || !existsSync(join(path, 'run.json'))) return
  throw new UmbraError('UMBRA_RUN_EXISTS', {
    subject: `run folder ${path} already exists`,
    remedy: 'Use --resume to continue it, --overwrite to start again, or --name for another one',
  })
}

interface StudyRequest {
  readonly flags: StudyFlags
  readonly trains: boolean
  readonly retrain: RunOptions['retrain']
  readonly io: Io
  readonly say: (text: string) => void
}

async function study(
  setting: StudySetting,
  request: StudyRequest,
  context: AnalysisContext,
): Promise<StudyRecord> {
  const { study: config, base, common } = setting
  const teachers = studyTeachers(config)
  const { measures, comparisons, plans } = await withTeachers(
    { ...setting, config: base, name: () => base.name },
    teachers.map((teacher) => teacher.config),
    context,
    async (ready, { scope, ...teacherContext }) => {
      const { dataset } = teacherContext
      const measures = await measureStudy(base.name, teachers, config.temperature, ready, teacherContext)
      const ends = endsOf(teachers, scope.registry, dataset)
      const complete = completeMethod(measures)
      const planned = request.trains
        ? studyComparisons({ study: config, common, teachers, ends, complete })
        : []
      const comparisons = planned.map((comparison) => checked(comparison, setting))
      const experiments = comparisons.map(({ experiment }) => experiment)
      return { measures, comparisons, plans: await studyPlans(experiments, { scope, dataset }) }
    },
  )
  const note = planNote(request.flags.resume)
  const noted = plans.map((plan) => ({ ...plan, note }))
  if (plans.length > 0) request.say(studyPlanText(teachers, noted))
  // Announced together, so that the time left is that of the whole study.
  for (const { name, plan } of plans) listenTo(name, context.listen)({ type: 'plan', stages: plan.stages })
  const { arms, failed } = await trainStudents(comparisons, setting, request, context)
  return recordOf(setting, measures, arms, failed)
}

async function trainStudents(
  comparisons: readonly CheckedComparison[],
  { file }: StudySetting,
  { flags, io, retrain }: StudyRequest,
  context: AnalysisContext,
): Promise<{ readonly arms: readonly ArmEvidence[]; readonly failed: readonly FailedArm[] }> {
  const program: WorkerProgram = {
    config: file,
    plugins: flags.plugin ?? [],
    cwd: io.cwd,
    home: io.home,
    engine: context.engine.info.id,
    compile: flags.compile,
  }
  const arms: ArmEvidence[] = []
  const failed: FailedArm[] = []
  for (const comparison of comparisons) {
    const { experiment } = comparison
    const { record } = await runComparison(experiment, {
      ...context,
      ...{ program, measureTeacher },
      listen: listenTo(nameOf(experiment), context.listen),
      cacheDir: cacheDir(),
      resume: flags.resume === true,
      overwrite: flags.overwrite === true,
      retrain,
    })
    const results = studyArms(comparison, record)
    arms.push(...results.arms)
    failed.push(...results.failed)
  }
  return { arms, failed }
}

function recordOf(
  { study: config, base }: StudySetting,
  { record: analysis, teachers, affinities }: StudyMeasures,
  arms: readonly ArmEvidence[],
  failed: readonly FailedArm[],
): StudyRecord {
  const evidence = {
    temperature: config.temperature,
    teachers,
    affinities,
    arms,
    methods: rolesOf(config),
  }
  return studyRecord({
    name: base.name,
    analysis,
    evidence,
    statements: allStatements(evidence),
    failed,
    recipe: base.recipe,
    seeds: base.seeds,
  })
}

async function writeStudy(folder: string, record: StudyRecord): Promise<void> {
  await writeFile(join(folder, 'study.json'), `${JSON.stringify(record)}\n`)
  const document = studyDocument(record)
  await writeFile(join(folder, 'study.md'), documentMarkdown(document))
  await writeFile(join(folder, 'study.html'), await documentHtml(document))
}
