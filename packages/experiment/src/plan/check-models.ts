import type { Dataset, ModelChoice, UmbraError } from '@umbra/core'
import { type ModelUse, type Registry, checkModel, combineProblems } from '@umbra/core/trainer'
import { canonicalJson } from '@umbra/core/files'
import type { ComposedMethod } from '../config/compose-method.js'
import type { PairConfig, TeacherConfig } from '../config/experiment-config.js'
import { modelContent } from '../identity/model-content.js'
import type { CheckedExperiment } from './experiment.js'
import { methodsOf } from './methods-of.js'
import { type ModelSize, sizeOf } from './model-sizes.js'

/** One of the models of an experiment. */
export interface UsedModel extends ModelUse {
  readonly choice: ModelChoice
}

/** What builds of models have shown, so that it needs no other. */
export interface BuiltModels {
  /** Content as built, by `[choice, seed]` as canonical JSON. */
  readonly contents: ReadonlyMap<string, string>
  /** By the choice as canonical JSON. */
  readonly sizes: ReadonlyMap<string, ModelSize>
}

/** The models of an experiment: students, teachers and assistants. */
export const modelsOf = (checked: Pick<CheckedExperiment, 'config' | 'methods'>): UsedModel[] =>
  checked.config.pairs.flatMap((pair) => {
    // There is at least one seed.
    const seed = checked.config.seeds[0]!
    const trained = [pair.student.model, ...methodsOf(pair, checked).flatMap((of) => assistantsOf(of, pair))]
    return [...trained.map((choice) => ({ choice, seed, trained: true })), ...teacherModels(pair.teachers)]
  })

/** The models of teachers. */
export const teacherModels = (teachers: readonly TeacherConfig[]): UsedModel[] =>
  teachers.map((teacher) => ({
    choice: teacher.model,
    ...('train' in teacher ? { seed: teacher.seed, trained: true } : { seed: 0, trained: false }),
  }))

function assistantsOf(method: ComposedMethod, { student }: PairConfig): ModelChoice[] {
  try {
    return method.createAssistants(student.model).map(({ model }) => model)
  } catch {
    // The fault of the method: it is rehearsed later.
    return []
  }
}

/**
 * Checks every different model once, before anything is trained. Throws all problems at once, as UMBRA_PROBLEMS or the code of
 * the only one.
 */
export async function checkModels(
  models: readonly UsedModel[],
  {
    registry,
    dataset,
  }: { readonly registry: Registry; readonly dataset: Pick<Dataset, 'shape' | 'classes'> },
): Promise<BuiltModels> {
  const problems = new Map<string, UmbraError>()
  const contents = new Map<string, string>()
  const sizes = new Map<string, ModelSize>()
  for (const { choice, seed, trained } of different(models)) {
    const { model, problems: found } = checkModel(registry, choice, dataset, { seed, trained })
    for (const problem of found) problems.set(problem.message, problem)
    if (model === undefined) continue
    try {
      sizes.set(canonicalJson(choice), sizeOf(model))
      if (trained) contents.set(canonicalJson([choice, seed]), await modelContent(model))
    } finally {
      model.dispose()
    }
  }
  const [first, ...others] = problems.values()
  if (first !== undefined) throw combineProblems('the models', [first, ...others])
  return { contents, sizes }
}

/** One of each choice; one that is trained stands for those that are not. */
function different(models: readonly UsedModel[]): UsedModel[] {
  const seen = new Map<string, UsedModel>()
  for (const model of models) {
    const key = canonicalJson(model.choice)
    const there = seen.get(key)
    if (there === undefined || (model.trained && !there.trained)) seen.set(key, model)
  }
  return [...seen.values()]
}
