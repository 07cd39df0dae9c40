import { Command } from 'commander'
import type { Invocation } from '../process/invocation.js'
import type { StudyFlags } from '../study/run-study.js'
import {
  addCommonOptions,
  addPluginOptions,
  collect,
  examples,
  retrainOption,
} from '../config/common-options.js'
import { TAKE_OVER } from '../experiment/experiment-options.js'

/** `umbra study capacity`: whether larger teachers teach worse, why, and what helps. */
export const studyCommand = (invocation: Invocation): Command =>
  new Command('study')
    .description('Run studies: several comparisons that end in statements with their evidence.')
    .addHelpText(
      'after',
      examples('umbra study capacity --config examples/07-capacity-study/umbra.config.ts'),
    )
    .addCommand(capacityCommand(invocation))

const capacityCommand = (invocation: Invocation): Command => {
  const command = new Command('capacity')
    .description(
      'Measure teachers of several sizes, train students with each, and report which claims about teacher capacity hold.',
    )
    .option('--name <name>', 'name of the study and of its folder')
    .option('--engine <engine>', 'auto, tensorflow, webgpu, wasm or cpu')
    .option('--dataset <id>', 'data set')
    .option('--data <path>', 'file or folder of the data set')
    .option('--seeds <numbers>', 'seeds, for example 0,1,2')
    .option('--epochs <n>', 'epochs of training')
    .option('--batch <n>', 'images per step')
    .option('--hooks <ids>', 'hooks to use in training, for example ema,early-stopping')
    .option('--set <path=value>', 'any setting, for example study.temperatures=[1,4]; repeatable', collect)
    .option('--runs <folder>', 'folder for run folders')
    .option('--workers <n>', 'train cohorts in n processes on this machine')
    .option('--validation <fraction>', 'fraction of the training images to hold out; 0 for none')
    .option('--measures-only', 'measure the teachers only; train no student')
    .option('--resume', 'continue an interrupted study')
    .option('--overwrite', 'replace an existing study')
    .option('--take-over', TAKE_OVER)
    .addOption(retrainOption())
    .option('--no-compile', 'run steps one operation at a time, for debugging')
    .option('--dry-run', 'check everything, print the plan and exit')
    .option('-q, --quiet', 'show no progress')
    .addHelpText(
      'after',
      examples(
        'umbra study capacity --config examples/07-capacity-study/umbra.config.ts --dry-run',
        'umbra study capacity --config examples/07-capacity-study/umbra.config.ts --measures-only',
        'umbra study capacity --config examples/07-capacity-study/umbra.config.ts --resume',
      ),
    )
  return addCommonOptions(addPluginOptions(command)).action(async (flags: StudyFlags) => {
    // Loaded here: other commands should not wait for the statistics of reports.
    const { runStudy } = await import('../study/run-study.js')
    await runStudy(flags, invocation)
  })
}
