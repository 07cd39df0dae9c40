import { UmbraError } from '@umbra/core'
import { ERROR_CODES, combineProblems, rehearseArm, rehearseOptimiser } from '@umbra/core/trainer'
import { canonicalJson } from '@umbra/core/files'
import type { PairConfig } from '../config/experiment-config.js'
import { untrainedTeacher, visitStages } from '../operations/method-stages.js'
import { teacherLabels } from '../teachers/teacher-identity.js'
import type { Experiment } from './experiment.js'
import { methodProblem } from '../config/method-problem.js'
import { methodsOf } from './methods-of.js'

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
  const { dataset, config } = context
  const labels = teacherLabels(pair.teachers)
  const teachers = pair.teachers.map(({ model }, i) =>
    untrainedTeacher(labels[i] ?? model.id, model, context),
  )
  const setting = {
    data: { train: dataset.train, classes: dataset.classes.length },
    batch: config.recipe.batch,
  }
  try {
    return methodsOf(pair, context).flatMap((method) => {
      try {
        visitStages(method, pair.student.model, { ...context, teachers }, (stage) =>
          rehearseArm(stage.arm, { ...setting, teachers: stage.teachers }),
        )
        return []
      } catch (error) {
        return [methodProblem(error, method)]
      }
    })
  } finally {
    for (const { model } of teachers) model.dispose()
  }
}
