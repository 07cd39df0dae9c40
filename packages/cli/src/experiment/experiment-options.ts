import type { Command } from 'commander'
import { retrainOption } from '../config/common-options.js'
import type { ExperimentFlags } from './resolve-experiment.js'
import { type CommonFlags, addCommonOptions, addPluginOptions, collect } from '../config/common-options.js'

/** Flags that `train` and `compare` share. */
export interface RunFlags extends ExperimentFlags, CommonFlags {
  readonly resume?: true
  readonly overwrite?: true
  readonly takeOver?: true
  readonly retrain?: 'teachers' | 'all'
  readonly dryRun?: true
  readonly quiet?: true
  /** False with `--no-baselines`. */
  readonly baselines?: boolean
  /** False with `--no-compile`. */
  readonly compile: boolean
}

/** Help of `--take-over`. */
export const TAKE_OVER = 'go on although a process on another machine or in another container holds a lock'

export const addExperimentOptions = (command: Command): Command =>
  addCommonOptions(
    addPluginOptions(command)
      .option('--name <name>', 'name of the run and of its folder')
      .option('--engine <engine>', 'auto, tensorflow, webgpu, wasm or cpu')
      .option('--dataset <id>', 'data set; with options: cifar100:path=data')
      .option('--data <path>', 'file or folder of the data set')
      .option('--student <model>', 'model to train; with options: resnet20:width=32,classes=100')
      .option(
        '--teacher <model=weights>',
        'teacher and its weight file; with options: cnn:width=32=teacher.pt; repeatable',
        collect,
      )
      .option('--epochs <n>', 'epochs of training')
      .option('--batch <n>', 'images per step')
      .option('--hooks <ids>', 'hooks to use in training, for example ema,early-stopping')
      .option('--metrics <ids>', 'further figures of finished students, for example macro-f1,ece')
      .option(
        '--set <path=value>',
        'any setting, written in the file or not, for example recipe.optimiser.lr=0.1; repeatable',
        collect,
      )
      .option('--sink <id>', 'also send events to this sink, for example mlflow; repeatable', collect)
      .option('--runs <folder>', 'folder for run folders')
      .option('--workers <n>', 'train cohorts in n processes on this machine')
      .option('--validation <fraction>', 'fraction of the training images to hold out; 0 for none')
      .option('--resume', 'continue an interrupted run')
      .option('--overwrite', 'replace an existing run')
      .option('--take-over', TAKE_OVER)
      .addOption(retrainOption())
      .option('--no-compile', 'run steps one operation at a time, for debugging')
      .option('--dry-run', 'check everything, print the plan and exit')
      .option('-q, --quiet', 'no progress'),
  )
