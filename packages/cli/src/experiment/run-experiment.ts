import { join } from 'node:path'
import { loadDataset, prepareMethods, runComparison, writeFile } from '@umbra/core'
import { cacheDir, createEngine } from '@umbra/engine'
import { summarise, terminalTable } from '@umbra/report'
import type { RunFlags } from '../commands/experiment-options.js'
import type { RawConfig } from '../config/read-config.js'
import { duration } from '../output/format.js'
import { markdownReport } from '../output/markdown-report.js'
import { printJson } from '../output/print-json.js'
import { createReporter } from '../output/reporter.js'
import type { Invocation } from '../process/invocation.js'
import { resumeCommand } from '../process/resume-command.js'
import { withInterrupt } from '../process/with-interrupt.js'
import { planRun, planText } from './plan.js'
import { type Experiment, resolveExperiment } from './resolve-experiment.js'
import { stageWeights } from './stage-weights.js'

/** What `train` and `compare` do: check, run, print the table and where everything lies. */
export async function runExperiment(
  command: 'train' | 'compare',
  flags: RunFlags,
  { io, argv }: Invocation,
  adjust?: (raw: RawConfig) => RawConfig,
): Promise<void> {
  const experiment = await resolveExperiment(flags, io, adjust)
  const { config, registry, baseDir } = experiment
  const reporter = createReporter(io, { weights: stageWeights(config), quiet: flags.quiet === true })
  try {
    if (flags.dryRun === true) {
      const plan = await dryRun(experiment, reporter.say)
      if (flags.json === true) printJson(io, plan)
      else io.out(planText(plan))
      return
    }
    // Whatever can be known without an engine is checked before one is started.
    prepareMethods(registry, config, baseDir)
    const engine = await createEngine(config.engine, { compile: flags.compile })
    reporter.say(`engine ${engine.info.id} (${engine.info.detail})`)
    const result = await withInterrupt(reporter.say, (signal) =>
      runComparison({
        config,
        registry,
        engine,
        baseDir,
        cacheDir: cacheDir(),
        resume: flags.resume === true,
        overwrite: flags.overwrite === true,
        command,
        signal,
        listen: reporter.listen,
      }),
    )
    reporter.stop()
    const table = summarise(result)
    await writeFile(join(result.runDir, 'report.md'), markdownReport(result, table))
    if (flags.json === true) printJson(io, { ...result, table })
    else {
      io.out(`\n${terminalTable(table)}\n`)
      io.out(`\nwritten to ${result.runDir} in ${duration(result.seconds)}\n`)
    }
  } catch (error) {
    reporter.stop()
    if (isInterruption(error)) io.err(`to go on: ${resumeCommand(argv)}\n`)
    throw error
  }
}

async function dryRun({ config, registry, baseDir }: Experiment, notice: (text: string) => void) {
  prepareMethods(registry, config, baseDir)
  const dataset = await loadDataset(registry, config.dataset, {
    baseDir,
    cacheDir: cacheDir(),
    listen: (event) => (event.type === 'notice' ? notice(event.text) : undefined),
  })
  return planRun(config, dataset)
}

const isInterruption = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'UMBRA_INTERRUPTED'
