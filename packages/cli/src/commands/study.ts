import { Command } from 'commander'
import type { Invocation } from '../process/invocation.js'
import type { StudyFlags } from '../study/run-study.js'
import { addCommonOptions, addPluginOptions, collect, examples } from '../config/common-options.js'

/** `umbra study capacity`: whether bigger teachers teach worse, why, and what mends it. */
export const studyCommand = (invocation: Invocation): Command =>
  new Command('study')
    .description('Studies of several comparisons that end in statements with their evidence.')
    .addHelpText(
      'after',
      examples('umbra study capacity --config examples/07-capacity-study/umbra.config.ts'),
    )
    .addCommand(capacityCommand(invocation))

const capacityCommand = (invocation: Invocation): Command => {
  const command = new Command('capacity')
    .description(
      'Measure a ladder of teachers, train students with each, and say which claims about teacher capacity hold here.',
    )
    .option('--name <name>', 'name of the study and of its folder')
    .option('--engine <engine>', 'auto, tensorflow, webgpu, wasm or cpu')
    .option('--dataset <id>', 'data set')
    .option('--data <path>', 'file or folder the data set is read from')
    .option('--seeds <numbers>', 'seeds, as in 0,1,2')
    .option('--epochs <n>', 'epochs of training')
    .option('--batch <n>', 'images a step')
    .option('--set <path=value>', 'any setting: study.temperatures=[1,4]; may be given again', collect)
    .option('--runs <folder>', 'folder of the run folders')
    .option('--workers <n>', 'train cohorts in so many processes of this machine')
    .option('--validation <fraction>', 'part of the training images held out; 0 holds none out')
    .option('--measures-only', 'measure the teachers and train no student')
    .option('--resume', 'go on with an interrupted study')
    .option('--overwrite', 'start a study again that is there already')
    .option('--no-compile', 'run steps operation by operation, for debugging')
    .option('--dry-run', 'check everything, print the plan and stop')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        'umbra study capacity --config examples/07-capacity-study/umbra.config.ts --dry-run',
        'umbra study capacity --config examples/07-capacity-study/umbra.config.ts --measures-only',
        'umbra study capacity --config examples/07-capacity-study/umbra.config.ts --resume',
      ),
    )
  return addCommonOptions(addPluginOptions(command)).action(async (flags: StudyFlags) => {
    // Loads the statistics of reports, which no other command should wait for.
    const { runStudy } = await import('../study/run-study.js')
    await runStudy(flags, invocation)
  })
}
