import { type ArmSpec, type CohortSpec, type Recipe, namedSeed } from '@umbra/core'
import { type ArmFailure, type NewArm, buildModel, failureOf, isOfArm, omit } from '@umbra/core/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ComposedMethod } from '../config/compose-method.js'
import type { PairConfig } from '../config/experiment-config.js'
import type { Experiment } from '../plan/experiment.js'
import { inPair, stepSetting } from '../plan/planned-arm.js'
import { readyAssistants } from '../teachers/assistants.js'
import type { ReadyTeacher, StageContext } from '../teachers/train-once.js'

/** A cohort whose arms have to be built. */
export interface OpenCohort {
  readonly cohort: CohortSpec
  /** Its arms that have no result yet. */
  readonly open: readonly ArmSpec[]
  readonly pair: PairConfig
  readonly teachers: readonly ReadyTeacher[]
}

export interface CohortParts {
  readonly arms: readonly NewArm[]
  /** The pair's teachers, followed by the assistants of the arms. */
  readonly teachers: readonly ReadyTeacher[]
  readonly failed: ReadonlyMap<string, ArmFailure>
}

type ArmsContext = Experiment & Pick<StageContext, 'signal' | 'listen' | 'takeOver' | 'run' | 'retrainBefore'>

/** New students for the arms. All arms of a seed start from the same weights, unless a method replaces the student. */
export async function makeArms(
  { cohort, open, pair, teachers }: OpenCohort,
  context: ArmsContext,
): Promise<CohortParts> {
  const { config, signal, listen } = context
  const recipe = { ...config.recipe, epochs: cohort.epochs }
  const models = [...teachers]
  const arms: NewArm[] = []
  const failed = new Map<string, ArmFailure>()
  for (const spec of open)
    try {
      const { arm, assistants } = await makeArm(
        { spec, pair, seed: cohort.seed, recipe, teachers, before: models.length },
        context,
      )
      models.push(...assistants)
      arms.push(arm)
    } catch (error) {
      if (signal.aborted || !isOfArm(error)) {
        for (const { model } of arms) model.dispose()
        for (const { model } of models.slice(teachers.length)) model.dispose()
        throw error
      }
      const failure = failureOf(error)
      failed.set(spec.id, omit(failure, ['stack']))
      listen({ type: 'arm-failed', stage: cohort.stage, arm: spec.id, ...failure })
    }
  return { arms, teachers: models, failed }
}

interface ArmInput {
  readonly spec: ArmSpec
  readonly pair: PairConfig
  readonly seed: number
  readonly recipe: Recipe
  readonly teachers: readonly ReadyTeacher[]
  /** Models of the cohort that come before this arm's assistants. */
  readonly before: number
}

async function makeArm(
  { spec, pair, seed, recipe, teachers, before }: ArmInput,
  context: ArmsContext,
): Promise<{ readonly arm: NewArm; readonly assistants: readonly ReadyTeacher[] }> {
  const { registry, dataset, config, methods } = context
  const method = methods.ofArm(spec.method, pair)
  const name = (assistant: string): string => inPair(config, pair, assistant)
  const operations = context.operations.method(method, pair, stepSetting(config)).assistants
  const setting = { student: pair.student, recipe, operations, name }
  // Made first: a method that cannot be built trains no assistants.
  const objective = method.createObjective()
  const assistants = await readyAssistants(method, seed, teachers, setting, context)
  const choice = pair.student.model
  try {
    const { definition, model } = buildModel(registry, choice, dataset, seed)
    const learnsFrom = [...teachers, ...assistants].map((teacher) => teacher.model)
    const arm: NewArm = {
      id: spec.id,
      method: spec.method.id,
      seed,
      model: wrapped(method, model, learnsFrom),
      aliases: definition.taps,
      objective,
      peer: (index) => buildModel(registry, choice, dataset, namedSeed(seed, `peer-${index}`)).model,
      teachers: [...teachers.keys(), ...assistants.map((_, i) => before + i)],
    }
    return { arm, assistants }
  } catch (error) {
    for (const { model } of assistants) model.dispose()
    throw error
  }
}

/** What the student of a finished arm is rebuilt from. */
export interface StudentInput extends Pick<ArmInput, 'pair' | 'seed' | 'recipe' | 'teachers'> {
  readonly method: ArmSpec['method']
}

/**
 * An arm's student as it was before training, for the caller to give its weights and to dispose. A method that makes another
 * student of the one built gets its teachers for that, assistants included.
 */
export async function makeStudent(
  { method: choice, pair, seed, recipe, teachers }: StudentInput,
  context: ArmsContext,
): Promise<Pick<NewArm, 'model' | 'aliases'>> {
  const { registry, dataset, config, methods, engine } = context
  const method = methods.ofArm(choice, pair)
  const name = (assistant: string): string => inPair(config, pair, assistant)
  const operations = context.operations.method(method, pair, stepSetting(config)).assistants
  const setting = { student: pair.student, recipe, operations, name }
  const assistants = method.wraps ? await readyAssistants(method, seed, teachers, setting, context) : []
  try {
    const { definition, model: built } = buildModel(registry, pair.student.model, dataset, seed)
    const networks = [...teachers, ...assistants].map((teacher) => teacher.model)
    const model = wrapped(method, built, networks)
    engine.accelerate(model)
    return { model, aliases: definition.taps }
  } finally {
    for (const { model } of assistants) model.dispose()
  }
}

/** The student that a method makes of the one built, which is disposed if that fails. */
function wrapped(method: ComposedMethod, model: LayersModel, teachers: readonly LayersModel[]): LayersModel {
  try {
    return method.wrapStudent(model, teachers)
  } catch (error) {
    model.dispose()
    throw error
  }
}
