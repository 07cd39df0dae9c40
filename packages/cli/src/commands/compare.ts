import { Command } from 'commander'
import { compareAndReport, runExperiment } from '../experiment/run-experiment.js'
import type { Invocation } from '../process/invocation.js'
import { examples } from '../config/common-options.js'
import { type RunFlags, addExperimentOptions } from '../experiment/experiment-options.js'

/** `umbra compare`: several methods, several seeds, one table. */
export const compareCommand = (invocation: Invocation): Command => {
  const command = new Command('compare')
    .description('Train a student with several methods and seeds on the same batches, and compare them.')
    .option('--methods <ids>', 'methods, for example ce,kd,ats')
    .option('--seeds <numbers>', 'seeds, for example 0,1,2')
    .option('--no-baselines', 'do not add ce and kd if they are not listed')
    .addHelpText(
      'after',
      examples(
        'umbra compare --config examples/01-quickstart/umbra.config.ts',
        'umbra compare --workers 2 --dry-run',
        'umbra compare -c umbra.config.ts --methods ce,kd,ats --seeds 0,1 --epochs 2 --name first',
      ),
    )
  return addExperimentOptions(command).action((flags: RunFlags) =>
    runExperiment('compare', flags, invocation, { work: compareAndReport(flags, invocation) }),
  )
}
