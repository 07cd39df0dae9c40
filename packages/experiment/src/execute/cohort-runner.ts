import { basename, join } from 'node:path'
import type { ArmSpec, CohortSpec, RunListener } from '@umbra/core'
import {
  type ArmResult,
  type CheckpointStore,
  type NewArm,
  type TrainedArm,
  chooseHooks,
  createCheckpointStore,
  omit,
  trainCohort,
} from '@umbra/core/trainer'
import { withLocks } from '@umbra/core/files'
import type { PairConfig } from '../config/experiment-config.js'
import type { PlannedArm } from '../plan/planned-arm.js'
import type { Experiment } from '../plan/experiment.js'
import { type ArmFiles, createArmFiles } from '../store/arm-files.js'
import { readyTeachers } from '../teachers/ready-teachers.js'
import type { ReadyTeacher } from '../teachers/train-once.js'
import { armEnd } from './arm-end.js'
import { lockWait } from '../store/lock-wait.js'
import { makeArms, makeStudent } from './make-arms.js'

export interface CohortRunnerOptions {
  readonly runDir: string
  readonly signal: AbortSignal
  readonly listen: RunListener
  /** Whether locks that another machine left are taken over. */
  readonly takeOver: boolean
  /** Models stored before this moment are trained again; ISO 8601. */
  readonly retrainBefore?: string | undefined
}

/** Trains the cohorts of one run in this process. Teachers are loaded when first needed and kept. */
export interface CohortRunner {
  readonly files: ArmFiles
  readonly checkpoints: (folder: CohortSpec['folder'], arm: Pick<ArmSpec, 'id' | 'hash'>) => CheckpointStore
  readonly teachersOf: (pair: string) => Promise<readonly ReadyTeacher[]>
  readonly train: (cohort: CohortSpec) => Promise<void>
  /** The student of an arm as built, for the caller to give weights to and to dispose. */
  readonly studentOf: (arm: PlannedArm) => Promise<Pick<NewArm, 'model' | 'aliases'>>
  readonly dispose: () => Promise<void>
}

export function createCohortRunner(experiment: Experiment, options: CohortRunnerOptions): CohortRunner {
  const { runDir, signal, listen, takeOver, retrainBefore } = options
  const context = { ...experiment, signal, listen, takeOver, retrainBefore, run: basename(runDir) }
  const report = (text: string): void => listen({ type: 'notice', text })
  const files = createArmFiles(runDir, experiment.storeDir, report)
  const loaded = new Map<string, Promise<readonly ReadyTeacher[]>>()
  const checkpoints: CohortRunner['checkpoints'] = (folder, { id, hash }) =>
    createCheckpointStore(join(runDir, folder, id), { owner: hash, report })
  const teachersOf = (pair: string): Promise<readonly ReadyTeacher[]> => {
    const teachers = loaded.get(pair) ?? readyTeachers(experiment.teachers.get(pair) ?? [], context)
    loaded.set(pair, teachers)
    return teachers
  }
  const finish = async (
    { folder, stage, seed }: CohortSpec,
    arm: ArmSpec,
    trained: TrainedArm,
    timing: Timing,
  ): Promise<void> => {
    const made = { run: basename(runDir), date: new Date().toISOString() }
    const result = { ...resultOf(arm, seed, trained, timing), made }
    await files.write(folder, result, trained.failed === undefined ? trained : undefined)
    checkpoints(folder, arm).clear()
    listen(armEnd(stage, result, false))
  }
  const train = async (cohort: CohortSpec): Promise<void> => {
    const open = cohort.arms.filter(({ id, hash }) => files.read(cohort.folder, id, hash) === undefined)
    const pair = pairOf(experiment, cohort)
    const teachers = await teachersOf(pair.id)
    const parts = await makeArms({ cohort, open, pair, teachers }, context)
    const specs = new Map(cohort.arms.map((arm) => [arm.id, arm]))
    const specOf = (id: string): ArmSpec => specs.get(id) ?? unknownArm(cohort, id)
    try {
      for (const [id, failed] of parts.failed)
        await finish(cohort, specOf(id), { id, failed, history: [], weights: new Map() }, NO_TIME)
      if (parts.arms.length === 0) return
      const { arms, seconds, imagesPerSecond } = await trainCohort({
        ...context,
        ...cohortSetting(experiment, cohort, pair),
        teachers: parts.teachers,
        arms: parts.arms,
        checkpoints: (id) => checkpoints(cohort.folder, specOf(id)),
      })
      const timing = { seconds, imagesPerSecond, cohort: parts.arms.map(({ id }) => id) }
      for (const trained of arms) await finish(cohort, specOf(trained.id), trained, timing)
    } finally {
      for (const { model } of parts.teachers.slice(teachers.length)) model.dispose()
    }
  }

  return {
    files,
    checkpoints,
    teachersOf,
    studentOf: async (arm) => makeStudent({ ...arm, teachers: await teachersOf(arm.pair.id) }, context),
    train: (cohort) => {
      // A worker of a killed run may still be executing its last step.
      const locks = cohort.arms.map(({ id }) => join(runDir, 'locks', `${cohort.folder}-${id}`))
      return withLocks(locks, lockWait(context), () => train(cohort))
    },
    dispose: async () => {
      for (const pending of loaded.values())
        for (const { model } of await pending.catch(() => [])) model.dispose()
      loaded.clear()
    },
  }
}

/** What all arms of a cohort share, apart from its teachers. */
function cohortSetting(
  { config, dataset, registry }: Experiment,
  { stage, title, epochs, seed, test }: CohortSpec,
  { student }: PairConfig,
) {
  const { train, validation, shape, classes, normalisation } = dataset
  return {
    ...{ stage, title, seed },
    // Created for each cohort, since hooks may keep state.
    hooks: chooseHooks(registry, config.hooks ?? []),
    recipes: registry.recipes,
    data: {
      ...{ train, shape, classes: classes.length },
      ...(validation === undefined ? {} : { validation }),
      ...(test ? { test: dataset.test } : {}),
    },
    studentNormalisation: student.normalisation ?? normalisation,
    recipe: { ...config.recipe, epochs },
    teacherPrecision: config.teacherPrecision,
  }
}

function pairOf({ config }: Experiment, { pair: id, stage }: CohortSpec): PairConfig {
  const pair = config.pairs.find((pair) => pair.id === id)
  if (pair === undefined)
    throw new RangeError(`cohort ${stage} is of a pair "${id}" that the run does not have`)
  return pair
}

function unknownArm({ stage }: CohortSpec, id: string): never {
  throw new RangeError(`cohort ${stage} has no arm "${id}"`)
}

type Timing = Pick<ArmResult, 'seconds' | 'imagesPerSecond' | 'cohort'>
const NO_TIME: Timing = { seconds: 0, imagesPerSecond: 0, cohort: [] }

/** The result of an arm: the outcome of training, with facts that only the run has. */
const resultOf = (
  { id, method, hash }: ArmSpec,
  seed: number,
  trained: TrainedArm,
  timing: Timing,
): ArmResult => ({
  ...{ arm: id, label: method.label, method: method.id, seed, hash },
  ...omit(trained, ['id', 'weights', 'bestWeights', 'averageWeights']),
  ...timing,
})
