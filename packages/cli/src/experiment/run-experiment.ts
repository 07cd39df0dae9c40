import { type ArmResult, type ComparisonRecord, ERROR_CODES, combineProblems } from '@umbra/core/trainer'
import { join } from 'node:path'
import { type ErrorCode, UmbraError } from '@umbra/core'
import {
  type CheckedExperiment,
  type RunCommand,
  type RunOptions,
  checkExperiment,
  runComparison,
  runName,
  withThreads,
} from '@umbra/experiment'
import { cacheDir, createEngine, limitThreads } from '@umbra/engine'
import { measureTeacher } from '../analysis/measure-teacher.js'
import type { RunFlags } from './experiment-options.js'
import type { RawConfig } from '../config/read-config.js'
import { duration } from '../output/format.js'
import { printJson } from '../output/print-json.js'
import { sayMissingPlots } from '../output/say-missing-plots.js'
import { type Reporter, createReporter } from '../output/reporter.js'
import { writeReports } from '../output/write-reports.js'
import { exitWith } from '../process/exit-with.js'
import type { Invocation } from '../process/invocation.js'
import type { Io } from '../process/io.js'
import { isResumable, resumeCommand } from '../process/resume-command.js'
import { withInterrupt } from '../process/with-interrupt.js'
import type { WorkerProgram } from '../workers/messages.js'
import { planOnly } from './plan-only.js'
import { planNote, planText } from './plan-text.js'
import { resumeNotice } from './resume-notice.js'
import { resolveExperiment } from './resolve-experiment.js'

/** What a command does with a checked experiment once the engine runs; prints its own result. */
export type RunWork = (
  experiment: CheckedExperiment,
  options: RunOptions,
  reporter: Reporter,
) => Promise<void>

/** What `train`, `compare` and `tune` do: check, plan, run; `--dry-run` stops after the plan. */
export async function runExperiment(
  command: RunCommand,
  flags: RunFlags,
  { io, argv }: Invocation,
  { adjust, work }: { readonly adjust?: (raw: RawConfig) => RawConfig; readonly work: RunWork },
): Promise<void> {
  const resolved = await resolveExperiment(flags, io, adjust)
  const checked = withThreadsOf(checkExperiment({ ...resolved, command }), flags)
  const reporter = createReporter(io, { quiet: flags.quiet === true, debug: flags.debug === true })
  try {
    limitThreads(checked.config.threads)
    const engine = await createEngine(checked.config.engine, { compile: flags.compile })
    if (flags.dryRun === true) {
      const { plan, note } = await planOnly(checked, engine, reporter.say)
      if (flags.json === true) printJson(io, plan)
      else io.out(planText(plan, note))
      const [first, ...others] = checked.broken
      if (first !== undefined) throw combineProblems('the methods', [first, ...others])
      return
    }
    reporter.say(`engine ${engine.info.id} (${engine.info.detail})`)
    const { config } = checked
    const notice = resumeNotice(join(config.runs, runName(config, command)), flags.resume)
    if (notice !== undefined) reporter.say(notice)
    const program: WorkerProgram = {
      ...(resolved.file === undefined ? {} : { config: resolved.file }),
      plugins: flags.plugin ?? [],
      cwd: io.cwd,
      home: io.home,
      engine: engine.info.id,
      compile: flags.compile,
    }
    const options = { ...optionsOf(flags, reporter), engine, program }
    await withInterrupt(reporter.say, (signal) => work(checked, { ...options, signal }, reporter))
  } catch (error) {
    reporter.stop()
    if (isResumable(error)) io.err(`to continue: ${resumeCommand(argv)}\n`)
    throw error
  }
}

/** The experiment with a number of threads that suits the largest number of arms it trains side by side. */
function withThreadsOf(checked: CheckedExperiment, { overwrite }: RunFlags): CheckedExperiment {
  const { command, config } = checked
  const arms = command === 'tune' ? config.search.trials : config.methods.length
  return { ...checked, config: withThreads(config, { command, arms, overwrite: overwrite === true }) }
}

const optionsOf = (
  { resume, overwrite, takeOver, retrain }: RunFlags,
  { say, listen }: Reporter,
): Omit<RunOptions, 'engine' | 'signal' | 'program'> => ({
  ...{ listen, measureTeacher },
  cacheDir: cacheDir(),
  resume: resume === true,
  overwrite: overwrite === true,
  takeOver: takeOver === true,
  retrain: retrainSince(retrain),
  onPlan: (plan) => say(planText(plan, planNote(resume))),
})

/** From when on stored models count as new enough. */
export const retrainSince = (what: RunFlags['retrain']): RunOptions['retrain'] =>
  what === undefined ? undefined : { what, since: new Date().toISOString() }

/**
 * Runs a comparison, writes its reports, and prints table and sentences. Throws the first failure when every arm failed; ends with
 * exit code 1 when some did.
 */
export const compareAndReport =
  ({ json }: RunFlags, { io }: Invocation): RunWork =>
  async (experiment, options, reporter) => {
    const result = await runComparison(experiment, options)
    reporter.stop()
    const { record, runDir, seconds } = result
    const { analysis, files } = await writeReports(runDir, record)
    const failure = onlyFailure(record)
    if (failure !== undefined) throw failure
    await sayMissingPlots(io)
    if (json === true) printJson(io, { ...result, files, statistics: analysis.pairs })
    else {
      // Statistics and plots take longer to load than most commands take to run.
      const { terminalReport } = await import('@umbra/report')
      io.out(`\n${terminalReport(analysis, record)}\n`)
      io.out(`\n${files[0]!}\nwritten to ${runDir} in ${duration(seconds)}\n`)
    }
    exitIfFailed(armsOf(record), io)
  }

/** Ends a command that has printed everything with exit code 1 if an arm failed. */
function exitIfFailed(arms: readonly { readonly failed?: unknown }[], io: Io): void {
  const failed = arms.filter((arm) => arm.failed !== undefined)
  if (failed.length === 0) return
  io.err(`${failed.length} of ${arms.length} arms failed\n`)
  throw exitWith(1)
}

const armsOf = ({ pairs }: ComparisonRecord): readonly ArmResult[] =>
  pairs.flatMap(({ methods }) => methods.flatMap((method) => method.arms))

/** The first failure of a comparison in which no arm finished. */
function onlyFailure(record: ComparisonRecord): UmbraError | undefined {
  const arms = armsOf(record)
  const first = arms.find(({ failed }) => failed !== undefined)?.failed
  if (first === undefined || arms.some(({ failed }) => failed === undefined)) return undefined
  const code = Object.keys(ERROR_CODES).find((name) => name === first.code) as ErrorCode | undefined
  return new UmbraError(code ?? 'UMBRA_METHOD', { subject: first.reason })
}
