import type { Registry } from '@umbra/core/trainer'
import type { CohortSpec, Executor, PlannedStage } from '@umbra/core'
import { canonicalJson } from '@umbra/core/files'
import type { ArmContext, PlannedArm } from './planned-arm.js'
import type { RunCommand } from '../config/run-command.js'
import type { SplitDataset } from '../teachers/load-dataset.js'
import type { ModelSizes } from './model-sizes.js'
import { groupArms } from './group-arms.js'
import { assistantStages, plannedStage, stageName, teacherStages, type TimedStage } from './stages.js'
import type { RateKey, Rates } from '../store/rates.js'
import { searchArms } from './planned-search.js'

/** What a run would do. */
export interface RunPlan {
  readonly dataset: {
    readonly id: string
    readonly train: number
    readonly validation: number
    readonly test: number
    readonly classes: number
  }
  /** In the order they run; several workers run stages side by side. */
  readonly stages: readonly PlannedStage[]
  /** An estimate; undefined unless the rate of every stage is known. */
  readonly seconds?: number
  /** Upper estimate of the disk space that the run needs, including checkpoints of running arms. */
  readonly diskBytes: number
}

export interface PlanContext extends ArmContext {
  readonly registry: Registry
  readonly dataset: SplitDataset
  readonly sizes: ModelSizes
  /** Copies of a student's weights that hooks keep; each is in checkpoints, and one is saved at the end. */
  readonly copies: number
  readonly command: RunCommand
  readonly maxArms: (arm: Pick<PlannedArm, 'pair'>) => number
  readonly executor: Pick<Executor, 'processes'>
  readonly rates: Rates
  /** The arms of the comparison. */
  readonly arms: readonly PlannedArm[]
}

/** Stages of a configuration, counted from the beginning. A last batch that is not full is skipped. */
export function planRun(context: PlanContext): RunPlan {
  const { config, dataset } = context
  const processes = processesOf(context)
  const { staged, cohorts } = stagesOf(context)
  const timed = staged.map(({ stage, rateKey }) => {
    const rate = context.rates.get(rateKey)
    return { stage, seconds: rate === undefined ? undefined : rate * stage.work }
  })
  const isKnown = timed.every(({ seconds }) => seconds !== undefined)
  const total = timed.reduce((sum, { seconds = 0 }) => sum + seconds, 0)
  return {
    dataset: {
      id: config.dataset.id,
      train: dataset.train.count,
      validation: dataset.validation?.count ?? 0,
      test: dataset.test.count,
      classes: dataset.classes.length,
    },
    stages: timed.map(({ stage }) => stage),
    ...(isKnown ? { seconds: total / processes } : {}),
    diskBytes: diskOf(context, cohorts),
  }
}

/** The rate keys of a plan's stages, without duplicates. */
export const planRates = (context: PlanContext): RateKey[] => [
  ...new Map(stagesOf(context).staged.map(({ rateKey }) => [canonicalJson(rateKey), rateKey])).values(),
]

interface PlannedCohorts {
  readonly staged: readonly TimedStage[]
  readonly cohorts: readonly CohortSpec[]
}

function stagesOf(context: PlanContext): PlannedCohorts {
  const { config, command, maxArms, arms } = context
  const processes = processesOf(context)
  const options = {
    steps: () => [],
    maxArms,
    stage: (arm: PlannedArm) => stageName(config, arm),
    several: config.pairs.length > 1,
  }
  const cohorts = [...groupArms(searchArms(context), options), ...groupArms(arms, options)]
  const staged = [
    ...teacherStages(context),
    ...assistantStages(context, { processes, seeds: command === 'tune' ? [] : config.seeds }),
    ...cohorts.map((cohort) => plannedStage(context, cohort, processes)),
  ]
  return { staged, cohorts }
}

/** Processes that train side by side. */
const processesOf = ({ executor }: Pick<PlanContext, 'executor'>): number => executor.processes ?? 1

const BYTES = 4
/** Two checkpoints, each with weights, up to two moments and the best epoch's weights. */
const CHECKPOINTS = 2
const IN_CHECKPOINT = 4

function diskOf(context: PlanContext, cohorts: readonly CohortSpec[]): number {
  const { config, sizes, copies } = context
  const files = copies > 0 ? 3 : 2
  const parameters = new Map(config.pairs.map(({ id, student }) => [id, sizes(student.model).parameters]))
  const kept = cohorts.reduce((sum, { pair, arms }) => sum + files * arms.length * parameters.get(pair)!, 0)
  const passing = cohorts
    .map(({ pair, arms }) => CHECKPOINTS * (IN_CHECKPOINT + copies) * arms.length * parameters.get(pair)!)
    .sort((a, b) => b - a)
    .slice(0, processesOf(context))
    .reduce((sum, bytes) => sum + bytes, 0)
  return BYTES * (kept + passing)
}
