import { type Dataset, type ModelChoice, namedSeed } from '@umbra/core'
import { type NewArm, type Registry, type Teacher, buildModel } from '@umbra/core/trainer'
import type { ComposedMethod } from '../config/compose-method.js'

/** What untrained models are built with. */
export interface BuildContext {
  readonly registry: Registry
  readonly dataset: Pick<Dataset, 'shape' | 'classes' | 'normalisation'>
}

/** One stage of a method, untrained: an assistant or its student, with those it learns from. */
export interface MethodStage {
  readonly role: 'assistant' | 'student'
  /** Its model is for the visitor to dispose. */
  readonly arm: NewArm
  readonly teachers: readonly Teacher[]
}

/** Visits the stages of a method for a pair: its assistants in order, then its student. Throws what building them throws. */
export function visitStages(
  method: ComposedMethod,
  student: ModelChoice,
  { teachers, ...context }: BuildContext & { readonly teachers: readonly Teacher[] },
  visit: (stage: MethodStage) => void,
): void {
  const { registry, dataset } = context
  const assistants: Teacher[] = []
  try {
    for (const { label, model, objective, teachers: which } of method.createAssistants(student)) {
      const before = [...teachers, ...assistants]
      const learnsFrom = which === 'all' ? before : before.slice(-1)
      visit({ role: 'assistant', arm: armOf(method, model, objective, context), teachers: learnsFrom })
      assistants.push(untrainedTeacher(label, model, context))
    }
    const all = [...teachers, ...assistants]
    const arm = armOf(method, student, method.createObjective(), context)
    const model = wrapped(method, arm, all)
    const peer = (index: number) =>
      buildModel(registry, student, dataset, namedSeed(0, `peer-${index}`)).model
    visit({ role: 'student', arm: { ...arm, model, peer }, teachers: all })
  } finally {
    for (const { model } of assistants) model.dispose()
  }
}

/** A teacher as it is built, without its weights; its model is for the caller to dispose. */
export function untrainedTeacher(
  label: string,
  choice: ModelChoice,
  { registry, dataset }: BuildContext,
): Teacher {
  const { definition, model } = buildModel(registry, choice, dataset, 0)
  return { label, model, aliases: definition.taps, normalisation: dataset.normalisation }
}

/** The student that a method makes of the one built. */
function wrapped(method: ComposedMethod, { model }: NewArm, teachers: readonly Teacher[]): NewArm['model'] {
  try {
    return method.wrapStudent(
      model,
      teachers.map((teacher) => teacher.model),
    )
  } catch (error) {
    model.dispose()
    throw error
  }
}

function armOf(
  { id }: ComposedMethod,
  choice: ModelChoice,
  objective: NewArm['objective'],
  { registry, dataset }: BuildContext,
): NewArm {
  const { definition, model } = buildModel(registry, choice, dataset, 0)
  return { id, method: id, seed: 0, model, aliases: definition.taps, objective }
}
