import type { Command } from 'commander'
import type { ExperimentFlags } from './resolve-experiment.js'
import { type CommonFlags, addCommonOptions, addPluginOptions, collect } from '../config/common-options.js'

/** Flags that `train` and `compare` share. */
export interface RunFlags extends ExperimentFlags, CommonFlags {
  readonly resume?: true
  readonly overwrite?: true
  readonly dryRun?: true
  readonly quiet?: true
  /** False with `--no-baselines`. */
  readonly baselines?: boolean
  /** False with `--no-compile`. */
  readonly compile: boolean
}

export const addExperimentOptions = (command: Command): Command =>
  addCommonOptions(
    addPluginOptions(command)
      .option('--name <name>', 'name of the run and of its folder')
      .option('--engine <engine>', 'auto, tensorflow, webgpu, wasm or cpu')
      .option('--dataset <id>', 'data set')
      .option('--data <path>', 'file or folder the data set is read from')
      .option('--student <model>', 'model to train')
      .option('--teacher <model=weights>', 'teacher and its weight file; may be given again', collect)
      .option('--epochs <n>', 'epochs of training')
      .option('--batch <n>', 'images a step')
      .option('--hooks <ids>', 'hooks to be run in training: ema,early-stopping')
      .option('--set <path=value>', 'any setting: dataset.trainLimit=1000; may be given again', collect)
      .option('--sink <id>', 'a further place events go to, as in mlflow; may be given again', collect)
      .option('--runs <folder>', 'folder of the run folders')
      .option('--workers <n>', 'processes of this machine that train cohorts')
      .option('--validation <fraction>', 'part of the training images held out; 0 holds none out')
      .option('--resume', 'go on with an interrupted run')
      .option('--overwrite', 'start a run again that is there already')
      .option('--no-compile', 'run steps operation by operation, for debugging')
      .option('--dry-run', 'check everything, print the plan and stop')
      .option('-q, --quiet', 'no progress'),
  )
