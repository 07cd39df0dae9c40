import { type ComparisonRecord, ERROR_CODES } from '@umbra/core/trainer'
import { type ErrorCode, UmbraError } from '@umbra/core'
import {
  type RunCommand,
  type RunInput,
  checkConfig,
  runComparison,
  withBaselines,
  withThreads,
} from '@umbra/experiment'
import { cacheDir, createEngine, limitThreads } from '@umbra/engine'
import { measureTeacher } from '../analysis/measure-teacher.js'
import type { RunFlags } from './experiment-options.js'
import type { RawConfig } from '../config/read-config.js'
import { duration } from '../output/format.js'
import { printJson } from '../output/print-json.js'
import { type Reporter, createReporter } from '../output/reporter.js'
import { writeReports } from '../output/write-reports.js'
import type { Invocation } from '../process/invocation.js'
import { resumeCommand } from '../process/resume-command.js'
import { withInterrupt } from '../process/with-interrupt.js'
import type { WorkerProgram } from '../workers/messages.js'
import { makePlan } from './make-plan.js'
import { planNote, planText } from './plan-text.js'
import { type Experiment, resolveExperiment } from './resolve-experiment.js'

/** What a command makes of an experiment that is checked and whose engine runs; prints its own result. */
export type RunWork = (input: RunInput, reporter: Reporter) => Promise<void>

/** What `train`, `compare` and `tune` do: check, plan, run; `--dry-run` stops after the plan. */
export async function runExperiment(
  command: RunCommand,
  flags: RunFlags,
  { io, argv }: Invocation,
  { adjust, work }: { readonly adjust?: (raw: RawConfig) => RawConfig; readonly work: RunWork },
): Promise<void> {
  const resolved = await resolveExperiment(flags, io, adjust)
  const config = withThreads(resolved.config, {
    command,
    arms: armsOf(command, resolved),
    overwrite: flags.overwrite === true,
  })
  const experiment = { ...resolved, config }
  const reporter = createReporter(io, { quiet: flags.quiet === true })
  try {
    if (flags.dryRun === true) {
      const { plan, note } = await makePlan(experiment, command, flags.compile, reporter.say)
      if (flags.json === true) printJson(io, plan)
      else io.out(planText(plan, note))
      return
    }
    const input = await startRun(command, flags, experiment, io.cwd, reporter)
    await withInterrupt(reporter.say, (signal) => work({ ...input, signal }, reporter))
  } catch (error) {
    reporter.stop()
    if (isInterruption(error)) io.err(`to go on: ${resumeCommand(argv)}\n`)
    throw error
  }
}

/** Arms that a run trains side by side at most. */
function armsOf(command: RunCommand, { config, registry }: Experiment): number {
  if (command === 'tune') return config.search.trials
  return command === 'compare' && config.baselines
    ? withBaselines(config, registry).config.methods.length
    : config.methods.length
}

/** Checks whatever can be known without an engine, then starts one. */
async function startRun(
  command: RunCommand,
  flags: RunFlags,
  { config, registry, baseDir, file }: Experiment,
  cwd: string,
  { say, listen }: Reporter,
): Promise<Omit<RunInput, 'signal'>> {
  checkConfig(registry, config, baseDir)
  limitThreads(config.threads)
  const engine = await createEngine(config.engine, { compile: flags.compile })
  say(`engine ${engine.info.id} (${engine.info.detail})`)
  const program: WorkerProgram = {
    ...(file === undefined ? {} : { config: file }),
    plugins: flags.plugin ?? [],
    cwd,
    engine: engine.info.id,
    compile: flags.compile,
  }
  return {
    ...{ config, registry, engine, baseDir, command, listen, program, measureTeacher },
    cacheDir: cacheDir(),
    resume: flags.resume === true,
    overwrite: flags.overwrite === true,
    onPlan: (plan) => say(planText(plan, planNote(flags.resume))),
  }
}

/** Runs a comparison, writes its reports, and prints table and sentences. Throws the first failure when every arm failed. */
export const compareAndReport =
  ({ json }: RunFlags, { io }: Invocation): RunWork =>
  async (input, reporter) => {
    const result = await runComparison(input)
    reporter.stop()
    const { record, runDir, seconds } = result
    const { analysis, files } = await writeReports(runDir, record)
    const failure = onlyFailure(record)
    if (failure !== undefined) throw failure
    if (json === true) printJson(io, { ...result, files, statistics: analysis.pairs })
    else {
      // Statistics and plots take longer to load than most commands take to run.
      const { terminalReport } = await import('@umbra/report')
      io.out(`\n${terminalReport(analysis, record)}\n`)
      io.out(`\n${files[0]!}\nwritten to ${runDir}; ${duration(seconds)} in all\n`)
    }
  }

/** The first failure of a comparison in which no arm was finished. */
function onlyFailure({ pairs }: ComparisonRecord): UmbraError | undefined {
  const arms = pairs.flatMap(({ methods }) => methods.flatMap((method) => method.arms))
  const first = arms.find(({ failed }) => failed !== undefined)?.failed
  if (first === undefined || arms.some(({ status }) => status === 'finished')) return undefined
  const code = Object.keys(ERROR_CODES).find((known) => known === first.code) as ErrorCode | undefined
  return new UmbraError(code ?? 'UMBRA_METHOD', { subject: first.reason })
}

const isInterruption = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'UMBRA_INTERRUPTED'
