import type { LayersModel } from '@tensorflow/tfjs-layers'
import { numberLayers } from '../model/number-layers.js'
import { tapModel } from '../model/tapped-model.js'
import { checkObjective } from '../objective/check-objective.js'
import type { Arm, NewArm } from './arm.js'
import { checkClasses, checkLabels } from './check-arm.js'
import type { CohortOptions } from './cohort-options.js'
import type { TeacherRole } from './cohort-step.js'
import { createArm } from './create-arm.js'
import { recipePartsOf } from './recipe-parts-of.js'
import { createEvaluator, type Evaluator, EVALUATION_BATCH } from './evaluator.js'

/**
 * Makes an arm that fits the cohort's data, teachers and engine. Throws UMBRA_CLASSES for a student of other classes,
 * UMBRA_LABELS for a method that needs labels the data lack, UMBRA_TAP_UNKNOWN for a tap that the student or a teacher lacks,
 * UMBRA_TERMS for an objective that cannot be trained, and what the method's `prepare` throws.
 */
export function makeArm(spec: NewArm, options: CohortOptions, teachers: readonly TeacherRole[]): Arm {
  const { recipe, engine, data } = options
  checkClasses(spec.model.outputs[0]?.shape, data.classes, `student of arm "${spec.id}"`)
  checkObjective(spec.objective, `method "${spec.method}"`)
  checkLabels(spec, data.train)
  // A method may have put it into another model.
  numberLayers(spec.model)
  engine.accelerate(spec.model)
  const roles = pick(teachers, spec.teachers)
  const networks = pick(options.teachers, spec.teachers)
  for (const { label, model, aliases } of networks)
    tapModel(model, spec.objective.taps?.teacher ?? [], aliases, `teacher "${label}" for arm "${spec.id}"`)
  const shapes = {
    batch: recipe.batch,
    classes: data.classes,
    samples: data.train.count,
    labels: data.train.labels,
    teachers: roles.map(({ model }) => model.shapes(recipe.batch)),
  }
  const models = { teachers: networks.map(({ model }) => model) }
  const optimiser = recipePartsOf(options).optimiser(recipe)
  return createArm(withFastPeers(spec, options), shapes, models, optimiser, options.hooks)
}

/** An evaluator of an arm's student, for the validation and the test set. */
export function makeEvaluator(
  spec: NewArm,
  { engine, data, studentNormalisation }: CohortOptions,
): Evaluator {
  const plain = tapModel(spec.model, [], spec.aliases, `the student of arm "${spec.id}"`)
  // Small sets are not filled up to a large batch. The largest decides for all, whichever is evaluated first.
  const largest = Math.max(1, data.validation?.count ?? 0, data.test?.count ?? 0)
  const batch = Math.min(EVALUATION_BATCH, largest)
  return createEvaluator(plain, { engine, shape: data.shape, normalisation: studentNormalisation, batch })
}

/** The teachers an arm learns from; all of them where it names none. */
const pick = <T>(teachers: readonly T[], indices: readonly number[] | undefined): readonly T[] =>
  // An arm's indices are those of its cohort's teachers.
  indices === undefined ? teachers : indices.map((i) => teachers[i]!)

function withFastPeers(spec: NewArm, { engine }: CohortOptions): NewArm {
  const { peer } = spec
  if (peer === undefined) return spec
  const accelerated = (index: number): LayersModel => {
    const model = peer(index)
    engine.accelerate(model)
    return model
  }
  return { ...spec, peer: accelerated }
}
