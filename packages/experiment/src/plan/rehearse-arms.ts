import { type ModelChoice, UmbraError, namedSeed } from '@umbra/core'
import {
  type NewArm,
  type Teacher,
  ERROR_CODES,
  buildModel,
  combineProblems,
  rehearseArm,
  rehearseOptimiser,
} from '@umbra/core/trainer'
import { canonicalJson } from '@umbra/core/files'
import type { ComposedMethod } from '../config/compose-method.js'
import type { PairConfig } from '../config/experiment-config.js'
import { withCandidate } from '../config/with-candidate.js'
import { teacherLabels } from '../teachers/teacher-identity.js'
import type { Experiment } from './experiment.js'
import { methodProblem } from '../config/method-problem.js'

/** What rehearsing needs of an experiment. */
export type RehearsalContext = Pick<Experiment, 'config' | 'registry' | 'dataset' | 'methods'>

/**
 * Finds out whether the methods of an experiment can be trained with its data, students and teachers, assistants included: every
 * method once for each pair of architectures, untrained; and whether its optimisers move weights. All problems are thrown at once.
 *
 * `only: 'input'` leaves out faults in the code of a method: a run stops the arms of that method and goes on with the others.
 */
export function rehearseArms(context: RehearsalContext, { only }: { readonly only?: 'input' } = {}): void {
  const problems = new Map<string, UmbraError>()
  // Without them nothing at all can be trained.
  for (const error of optimiserProblems(context)) problems.set(error.message, error)
  for (const pair of distinctPairs(context.config.pairs))
    for (const error of pairProblems(pair, context))
      if (only === undefined || ERROR_CODES[error.code] === only) problems.set(error.message, error)
  const [first, ...others] = problems.values()
  if (first !== undefined) throw combineProblems('the configuration', [first, ...others])
}

/** What the optimisers of the run and of the teachers that are trained here throw. */
function optimiserProblems({ config, registry }: RehearsalContext): UmbraError[] {
  const teachers = config.pairs.flatMap((pair) => pair.teachers)
  const recipes = [config.recipe, ...teachers.flatMap((each) => ('train' in each ? each.train : []))]
  return recipes.flatMap((recipe) => {
    try {
      rehearseOptimiser(registry.recipes.optimiser(recipe))
      return []
    } catch (error) {
      if (error instanceof UmbraError) return error
      throw error
    }
  })
}

/** One pair for each choice of models. */
function distinctPairs(pairs: readonly PairConfig[]): PairConfig[] {
  const key = ({ student, teachers }: PairConfig): string =>
    canonicalJson([student.model, teachers.map(({ model }) => model)])
  return [...new Map(pairs.map((pair) => [key(pair), pair])).values()]
}

function pairProblems(pair: PairConfig, context: RehearsalContext): UmbraError[] {
  const labels = teacherLabels(pair.teachers)
  const teachers = pair.teachers.map(({ model }, i) => teacherOf(labels[i] ?? model.id, model, context))
  try {
    return methodsOf(pair, context).flatMap((method) => {
      try {
        rehearse(method, pair, teachers, context)
        return []
      } catch (error) {
        return [methodProblem(error, method)]
      }
    })
  } finally {
    for (const { model } of teachers) model.dispose()
  }
}

/** The methods of a configuration, and those with each value that a search tries. */
function methodsOf(pair: PairConfig, { config, methods }: RehearsalContext): ComposedMethod[] {
  const composed = config.methods.flatMap((entry) => {
    const searched = Object.entries(entry.search ?? {}).flatMap(([key, values]) =>
      values.map((value) => ({ ...entry, options: withCandidate(entry.options, { [key]: value }) })),
    )
    return [entry, ...searched].map((choice) => methods.of(choice, pair))
  })
  return [...new Set(composed)]
}

/** One arm of a method, after the stages of its assistants. */
function rehearse(
  method: ComposedMethod,
  { student }: PairConfig,
  teachers: readonly Teacher[],
  context: RehearsalContext,
): void {
  const { registry, dataset, config } = context
  const setting = {
    data: { train: dataset.train, classes: dataset.classes.length },
    batch: config.recipe.batch,
  }
  const assistants: Teacher[] = []
  try {
    for (const { label, model, objective, teachers: which } of method.createAssistants(student.model)) {
      const before = [...teachers, ...assistants]
      rehearseArm(armOf(method, model, objective, context), {
        ...setting,
        teachers: which === 'all' ? before : before.slice(-1),
      })
      assistants.push(teacherOf(label, model, context))
    }
    const all = [...teachers, ...assistants]
    const arm = armOf(method, student.model, method.createObjective(), context)
    const model = wrapped(method, arm, all)
    const choice = student.model
    const peer = (index: number) => buildModel(registry, choice, dataset, namedSeed(0, `peer-${index}`)).model
    rehearseArm({ ...arm, model, peer }, { ...setting, teachers: all })
  } finally {
    for (const { model } of assistants) model.dispose()
  }
}

/** The student that a method makes of the one built. */
function wrapped(method: ComposedMethod, { model }: NewArm, teachers: readonly Teacher[]): NewArm['model'] {
  try {
    const models = teachers.map((teacher) => teacher.model)
    return method.wrapStudent(model, models)
  } catch (error) {
    model.dispose()
    throw error
  }
}

function armOf(
  { id }: ComposedMethod,
  choice: ModelChoice,
  objective: NewArm['objective'],
  { registry, dataset }: RehearsalContext,
): NewArm {
  const { definition, model } = buildModel(registry, choice, dataset, 0)
  return { id, method: id, seed: 0, model, aliases: definition.taps, objective }
}

function teacherOf(label: string, choice: ModelChoice, { registry, dataset }: RehearsalContext): Teacher {
  const { definition, model } = buildModel(registry, choice, dataset, 0)
  return { label, model, aliases: definition.taps, normalisation: dataset.normalisation }
}
