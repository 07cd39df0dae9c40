import { TAKE_OVER } from '../experiment/experiment-options.js'
import { Command } from 'commander'
import type { AnalysisFlags } from '../analysis/run-analysis.js'
import type { Invocation } from '../process/invocation.js'
import { addCommonOptions, addPluginOptions, collect, examples } from '../config/common-options.js'

/** `umbra analyze`: measures the dark knowledge of any teachers on any data set. */
export const analyzeCommand = (invocation: Invocation): Command => {
  const command = new Command('analyze')
    .description(
      'Measure the dark knowledge of teachers: calibration, distinctness of the wrong classes, agreement between teachers.',
    )
    .option('--name <name>', 'name of the analysis and of its folder')
    .option('--engine <engine>', 'auto, tensorflow, webgpu, wasm or cpu')
    .option('--dataset <id>', 'data set')
    .option('--data <path>', 'file or folder of the data set')
    .option(
      '--teacher <model=weights>',
      'teacher and its weight file; with options: cnn:width=32=teacher.pt; repeatable',
      collect,
    )
    .option(
      '--normalisation <name>',
      "name of the input normalisation of every teacher (default: the data set's)",
    )
    .option('--against <model=weights>', 'student whose loss is decomposed (default: each teacher itself)')
    .option('--split <set>', 'train, test or both', 'test')
    .option('--set <path=value>', 'any setting, for example dataset.testLimit=1000; repeatable', collect)
    .option('--runs <folder>', 'folder for run folders')
    .option('--take-over', TAKE_OVER)
    .option('--no-compile', 'run steps one operation at a time, for debugging')
    .option('-q, --quiet', 'show no progress')
    .addHelpText(
      'after',
      examples(
        'umbra analyze --config examples/01-quickstart/umbra.config.ts --split both',
        'umbra analyze --dataset cifar10 --data data/cifar-10-binary --normalisation imagenet --teacher resnet20=r20.th --teacher resnet56=r56.th --json',
      ),
    )
  return addCommonOptions(addPluginOptions(command)).action(async (flags: AnalysisFlags) => {
    // Loaded here: other commands should not wait for the statistics of reports.
    const { runAnalysis } = await import('../analysis/run-analysis.js')
    await runAnalysis(flags, invocation)
  })
}
