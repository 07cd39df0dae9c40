import type { Dataset, ModelChoice, PlannedStage, CohortSpec } from '@umbra/core'
import { canonicalJson, contentHash } from '@umbra/core/files'
import { inPair, type PlannedArm } from './planned-arm.js'
import type { PairConfig, ResolvedConfig } from '../config/experiment-config.js'
import type { Identities } from '../identity/identities.js'
import type { ModelSizes } from './model-sizes.js'
import type { Methods } from '../config/compose-method.js'
import type { RateKey } from '../store/rates.js'
import { teacherLabels } from '../teachers/teacher-identity.js'

/** Inputs of the cost estimate of a stage. */
export interface StageInputs {
  readonly config: ResolvedConfig
  readonly dataset: Pick<Dataset, 'train' | 'shape'>
  readonly sizes: ModelSizes
}

/** A stage, and what its rate depends on. */
export interface TimedStage {
  readonly stage: PlannedStage
  readonly rateKey: RateKey
}

/** `seed-0`, or `search-4-epochs-seed-1000`; prefixed with the pair's id where there are several. */
export const stageName = (
  config: Pick<ResolvedConfig, 'pairs'>,
  { pair, seed, recipe, folder }: Pick<PlannedArm, 'pair' | 'seed' | 'recipe' | 'folder'>,
): string =>
  inPair(config, pair, folder === 'arms' ? `seed-${seed}` : `search-${recipe.epochs}-epochs-seed-${seed}`)

/** A cohort as a stage. */
export function plannedStage(
  { config, dataset, sizes }: StageInputs,
  { stage, title, arms, epochs, pair }: CohortSpec,
  processes: number,
): TimedStage {
  const { student, teachers } = pairOf(config, pair)
  const { batch } = config.recipe
  const models = teachers.map(({ model }) => model)
  const steps = epochs * Math.floor(dataset.train.count / batch)
  return {
    stage: {
      ...{ stage, title, epochs, steps, arms: arms.map(({ id }) => id) },
      work: workOf(sizes, { steps, batch, student: student.model, arms: arms.length, teachers: models }),
    },
    rateKey: {
      ...{ student: student.model, teachers: models, shape: dataset.shape },
      ...{ batch, threads: config.threads, processes },
    },
  }
}

/** Teachers to train. One that an earlier run has trained is only loaded. */
export function teacherStages({
  config,
  dataset,
  sizes,
}: Omit<StageInputs, 'config'> & { readonly config: TeacherPlan }): TimedStage[] {
  const stages = new Map<string, TimedStage>()
  for (const { teachers } of config.pairs) {
    const labels = teacherLabels(teachers)
    for (const [i, teacher] of teachers.entries()) {
      const key = canonicalJson(teacher)
      if (!('train' in teacher) || stages.has(key)) continue
      const { model, train: recipe } = teacher
      const label = labels[i]!
      const stage = { stage: `teacher-${label}`, title: `teacher ${label}`, label }
      stages.set(
        key,
        trainedOnce({ config, dataset, sizes }, { ...stage, model, teachers: [], recipe, processes: 1 }),
      )
    }
  }
  return [...stages.values()]
}

type TeacherPlan = Pick<ResolvedConfig, 'threads'> & {
  readonly pairs: readonly Pick<PairConfig, 'teachers'>[]
}

/** Assistants that methods train first, for each seed; methods share equal ones. */
export function assistantStages(
  inputs: StageInputs & { readonly methods: Methods; readonly identities: Identities },
  { processes, seeds }: { readonly processes: number; readonly seeds: readonly number[] },
): TimedStage[] {
  const { config, methods, identities } = inputs
  const stages = new Map<string, TimedStage>()
  for (const pair of config.pairs)
    for (const entry of config.methods) {
      const { createAssistants, parts } = methods.of(entry, pair)
      const plugins = identities.method(entry.id, parts)
      const models = pair.teachers.map(({ model }) => model)
      let before: unknown = pair.teachers
      for (const { label, model, teachers, identity } of createAssistants(pair.student.model)) {
        const learnsFrom = teachers === 'all' ? [...models] : models.slice(-1)
        before = [before, model, teachers, identity, plugins]
        models.push(model)
        for (const seed of seeds) {
          const key = contentHash([before, seed])
          if (stages.has(key)) continue
          const name = inPair(config, pair, `${entry.label}-${label}-s${seed}`)
          const stage = { stage: `assistant-${name}`, title: `assistant ${name}`, label: name }
          const { recipe } = config
          stages.set(key, trainedOnce(inputs, { ...stage, model, teachers: learnsFrom, recipe, processes }))
        }
      }
    }
  return [...stages.values()]
}

interface TrainedModel {
  readonly stage: string
  readonly title: string
  readonly label: string
  readonly model: ModelChoice
  readonly teachers: readonly ModelChoice[]
  readonly recipe: { readonly epochs: number; readonly batch: number }
  readonly processes: number
}

/** A model trained in a separate stage. */
function trainedOnce(
  {
    config,
    dataset,
    sizes,
  }: Omit<StageInputs, 'config'> & { readonly config: Pick<ResolvedConfig, 'threads'> },
  { stage, title, label, model, teachers, recipe, processes }: TrainedModel,
): TimedStage {
  const { epochs, batch } = recipe
  const steps = epochs * Math.floor(dataset.train.count / batch)
  return {
    stage: {
      ...{ stage, title, epochs, steps, arms: [label] },
      work: workOf(sizes, { steps, batch, student: model, arms: 1, teachers }),
    },
    rateKey: {
      ...{ student: model, teachers, shape: dataset.shape, batch },
      ...{ threads: config.threads, processes },
    },
  }
}

interface Work {
  readonly steps: number
  readonly batch: number
  readonly student: ModelChoice
  readonly arms: number
  readonly teachers: readonly ModelChoice[]
}

/** Cost of a training step in forward passes without gradients: three by its multiply-adds, but in smaller and slower kernels. */
const TRAINING = 5

/** Work as billions of multiply-adds of a pass without gradients that takes as long. */
export function workOf(sizes: ModelSizes, { steps, batch, student, arms, teachers }: Work): number {
  const passes = teachers.reduce((sum, model) => sum + sizes(model).macs, 0)
  return (steps * batch * (TRAINING * arms * sizes(student).macs + passes)) / 1e9
}

const pairOf = (config: ResolvedConfig, id: string): PairConfig =>
  config.pairs.find((pair) => pair.id === id)!
