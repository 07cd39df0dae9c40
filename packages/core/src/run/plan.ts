import type { PlannedStage } from '../contracts/events.js'
import type { Dataset } from '../contracts/dataset.js'
import type { Trial } from '../contracts/executor.js'
import { buildModel } from '../model/build-model.js'
import { canonicalJson } from '../util/canonical-json.js'
import type { Registry } from '../registry/registry.js'
import { inPair, type PlannedArm } from './arms.js'
import { sizeOf } from './arm-memory.js'
import type { ResolvedConfig } from './config.js'
import type { SplitDataset } from './load-dataset.js'
import { planTrials } from './plan-trials.js'
import type { RateBasis, Rates } from './rates.js'
import { candidatesOf, roundsOf } from './search-space.js'

/** What a run would do, before anything of it is done. */
export interface RunPlan {
  readonly dataset: {
    readonly id: string
    readonly train: number
    readonly validation: number
    readonly test: number
    readonly classes: number
  }
  /** In the order they run, with several workers side by side. */
  readonly stages: readonly PlannedStage[]
  /** An estimate, where every stage's pace is known. */
  readonly seconds?: number
  /** An estimate of what the run adds to the disk at most, checkpoints of running arms included. */
  readonly diskBytes: number
}

export interface PlanContext {
  readonly config: ResolvedConfig
  readonly registry: Registry
  readonly dataset: SplitDataset
  readonly command: 'train' | 'compare' | 'tune'
  readonly maxArms: (arm: Pick<PlannedArm, 'pair'>) => number
  readonly processes: number
  readonly rates: Rates
}

/** Stages of a configuration, as if nothing of it were trained yet. A last batch that is not full is left out. */
export function planRun(context: PlanContext): RunPlan {
  const { config, dataset, processes } = context
  const { staged, trials } = stagesOf(context)
  const timed = staged.map(({ stage, basis }) => {
    const rate = context.rates.get(basis)
    return { stage, seconds: rate === undefined ? undefined : rate * stage.work }
  })
  const known = timed.every(({ seconds }) => seconds !== undefined)
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
    ...(known ? { seconds: total / processes } : {}),
    diskBytes: diskOf(context, trials),
  }
}

/** What the paces of a plan's stages depend on, each once. */
export const planRates = (context: PlanContext): RateBasis[] => [
  ...new Map(stagesOf(context).staged.map(({ basis }) => [canonicalJson(basis), basis])).values(),
]

interface StagedTrials {
  readonly staged: readonly { readonly stage: PlannedStage; readonly basis: RateBasis }[]
  readonly trials: readonly Trial[]
}

function stagesOf({ config, dataset, command, processes, maxArms }: PlanContext): StagedTrials {
  const options = { steps: () => [], maxArms, stage: (arm: PlannedArm) => stageName(config, arm) }
  const arms = command === 'tune' ? [] : comparisonArms(config)
  const trials = [...planTrials(searchArms(config), options), ...planTrials(arms, options)]
  const staged = [
    ...teacherStages(config, dataset).map(({ stage, basis }) => ({
      stage,
      basis: { ...basis, processes: 1 },
    })),
    ...trials.map((trial) => ({
      stage: plannedStage(config, dataset, trial),
      basis: rateBasisOf(config, dataset, trial.pair, processes),
    })),
  ]
  return { staged, trials }
}

/** `seed-0`, or `search-4-epochs-seed-1000`; the pair's id in front where there are several. */
export const stageName = (
  config: Pick<ResolvedConfig, 'pairs'>,
  { pair, seed, recipe, folder }: Pick<PlannedArm, 'pair' | 'seed' | 'recipe' | 'folder'>,
): string =>
  inPair(config, pair, folder === 'arms' ? `seed-${seed}` : `search-${recipe.epochs}-epochs-seed-${seed}`)

/** How much work a cohort is, in steps of one arm. A teacher pass costs about a third of one. */
export function plannedStage(
  config: ResolvedConfig,
  { train }: Pick<Dataset, 'train'>,
  { stage, title, arms, epochs, pair }: Trial,
): PlannedStage {
  const steps = epochs * Math.floor(train.count / config.recipe.batch)
  const passes = pairOf(config, pair).teachers.length / 3
  return { stage, title, arms: arms.map(({ id }) => id), epochs, steps, work: steps * (arms.length + passes) }
}

/** What the pace of a pair's cohorts depends on. */
export function rateBasisOf(
  config: ResolvedConfig,
  { shape }: Pick<Dataset, 'shape'>,
  pair: string,
  processes: number,
): RateBasis {
  const { student, teachers } = pairOf(config, pair)
  const { batch } = config.recipe
  const models = teachers.map(({ model }) => model)
  return { student: student.model, teachers: models, shape, batch, threads: config.threads, processes }
}

const pairOf = (config: ResolvedConfig, id: string): ResolvedConfig['pairs'][number] =>
  config.pairs.find((pair) => pair.id === id)!

interface TeacherStage {
  readonly stage: PlannedStage
  readonly basis: Omit<RateBasis, 'processes'>
}

/** Teachers that are to be trained. One that an earlier run has trained costs nothing when its turn comes. */
export const teacherStages = (
  { pairs, threads }: ResolvedConfig,
  { train, shape }: Pick<Dataset, 'train' | 'shape'>,
): TeacherStage[] =>
  pairs.flatMap(({ teachers }) =>
    teachers.flatMap((teacher): TeacherStage[] => {
      if (!('train' in teacher)) return []
      const { epochs, batch } = teacher.train
      const { model } = teacher
      const steps = epochs * Math.floor(train.count / batch)
      const title = `teacher ${model.id}`
      return [
        {
          stage: { stage: `teacher-${model.id}`, title, arms: [model.id], epochs, steps, work: steps },
          basis: { student: model, teachers: [], shape, batch, threads },
        },
      ]
    }),
  )

const comparisonArms = ({ pairs, seeds, methods, recipe }: ResolvedConfig): PlannedArm[] =>
  pairs.flatMap((pair) =>
    seeds.flatMap((seed) =>
      methods.map((method) => ({
        id: method.label,
        ...{ method, pair, seed, recipe, hash: '' },
        folder: 'arms' as const,
      })),
    ),
  )

/** Every round of every search; which candidates come further is not known, only how many. */
const searchArms = ({ pairs, methods, recipe, search }: ResolvedConfig): PlannedArm[] =>
  pairs.flatMap((pair) =>
    methods.flatMap((method) => {
      if (method.search === undefined) return []
      const candidates = candidatesOf(method.search, search)
      return roundsOf(candidates.length, search.epochs ?? recipe.epochs, search).flatMap((round) =>
        search.seeds.flatMap((seed) =>
          candidates.slice(0, round.candidates).map((_, i) => ({
            id: `${method.label}.${i + 1}`,
            ...{ method, pair, seed, hash: '' },
            recipe: { ...recipe, epochs: round.epochs },
            folder: 'search' as const,
          })),
        ),
      )
    }),
  )

const BYTES = 4
/** Two checkpoints, each with weights, up to two moments and the best epoch's weights. */
const CHECKPOINTS = 2 * 4

function diskOf({ config, registry, dataset, processes }: PlanContext, trials: readonly Trial[]): number {
  const sizes = new Map(
    config.pairs.map(({ id, student }) => {
      const { model } = buildModel(registry, student.model, dataset, 0)
      const { parameters } = sizeOf(model)
      model.dispose()
      return [id, parameters]
    }),
  )
  const kept = trials.reduce((sum, { pair, arms }) => sum + 2 * arms.length * sizes.get(pair)!, 0)
  const passing = trials
    .map(({ pair, arms }) => CHECKPOINTS * arms.length * sizes.get(pair)!)
    .sort((a, b) => b - a)
    .slice(0, processes)
    .reduce((sum, bytes) => sum + bytes, 0)
  return BYTES * (kept + passing)
}
