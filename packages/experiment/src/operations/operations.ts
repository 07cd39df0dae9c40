import type { ModelChoice } from '@umbra/core'
import {
  type ArmOperations,
  type HookChoice,
  type RecordingSetting,
  type Teacher,
  armOperations,
  chooseHooks,
  crossEntropyObjective,
} from '@umbra/core/trainer'
import { canonicalJson } from '@umbra/core/files'
import type { ComposedMethod } from '../config/compose-method.js'
import type { PairConfig } from '../config/experiment-config.js'
import type { Identities } from '../identity/identities.js'
import { modelContentNow } from '../identity/model-content.js'
import { type BuildContext, type MethodStage, untrainedTeacher, visitStages } from './method-stages.js'

/** What a step is made of, apart from the method. */
export interface StepSetting {
  readonly batch: number
  readonly hooks: readonly HookChoice[]
}

/** Hashes of the operations that the stages of a method record; JSON. */
export interface MethodOperations {
  readonly student: unknown
  /** Of each assistant, in order. */
  readonly assistants: readonly unknown[]
}

/**
 * Hashes of the operations that steps record, for methods and hooks whose plugins are no installed releases: they show what the
 * source does not. Null for the others, and where they cannot be told. Two processes get the same.
 */
export interface Operations {
  readonly method: (method: ComposedMethod, pair: PairConfig, setting: StepSetting) => MethodOperations
  /** Of the hooks that take part when a teacher is trained. JSON. */
  readonly teacher: (model: ModelChoice, batch: number) => unknown
}

export interface OperationsContext extends BuildContext {
  readonly dataset: BuildContext['dataset'] & Pick<RecordingSetting['data'], 'train'>
  readonly identities: Pick<Identities, 'isReleased' | 'hooksReleased'>
}

/** Records each method once for each choice of options, models, batch and hooks. */
export function createOperations(context: OperationsContext): Operations {
  const methods = new Map<string, MethodOperations>()
  const teachers = new Map<string, unknown>()
  return {
    method: (method, pair, setting) => {
      const models = [pair.student.model, pair.teachers.map(({ model }) => model)]
      const key = canonicalJson([method.id, method.options, models, setting])
      const operations = methods.get(key) ?? methodOperations(method, pair, setting, context)
      methods.set(key, operations)
      return operations
    },
    teacher: (model, batch) => {
      const key = canonicalJson([model, batch])
      const operations = teachers.get(key) ?? teacherOperations(model, batch, context)
      teachers.set(key, operations)
      return operations
    },
  }
}

function methodOperations(
  method: ComposedMethod,
  pair: PairConfig,
  { batch, hooks }: StepSetting,
  context: OperationsContext,
): MethodOperations {
  const { registry, identities } = context
  const isReleased = identities.isReleased(method.id, method.parts)
  const withHooks = !identities.hooksReleased(hooks)
  if (method.broken !== undefined || (isReleased && !withHooks)) return { student: null, assistants: [] }
  const assistants: unknown[] = []
  let student: unknown = null
  const visit = ({ role, arm, teachers }: MethodStage): void => {
    // Chosen hooks are new for each cohort, and for this; they apply to students only.
    const runner = role === 'student' ? () => chooseHooks(registry, hooks) : () => registry.hooks
    const wrapped = role === 'student' && !isReleased ? contentOf(arm.model) : null
    const recorded = armOperations(arm, {
      ...{ data: dataOf(context), teachers, batch },
      hooks: withHooks ? runner() : undefined,
    })
    const operations = kept(recorded, isReleased)
    if (role === 'assistant') assistants.push(operations)
    else student = [operations, wrapped, assistants]
  }
  const teachers: Teacher[] = []
  try {
    for (const { model } of pair.teachers) teachers.push(untrainedTeacher(model.id, model, context))
    visitStages(method, pair.student.model, { ...context, teachers }, visit)
  } catch {
    // What cannot be built is reported when it is rehearsed, and fails alone.
  } finally {
    for (const { model } of teachers) model.dispose()
  }
  return { student, assistants }
}

function teacherOperations(model: ModelChoice, batch: number, context: OperationsContext): unknown {
  const { registry, identities } = context
  if (identities.hooksReleased([])) return null
  const arm = { ...untrainedTeacher('teacher', model, context), seed: 0, objective: crossEntropyObjective() }
  const setting = { data: dataOf(context), teachers: [], batch, hooks: registry.hooks }
  return kept(armOperations({ ...arm, id: 'teacher', method: 'ce' }, setting), true)
}

const dataOf = ({ dataset }: OperationsContext): RecordingSetting['data'] => ({
  train: dataset.train,
  classes: dataset.classes.length,
})

/** JSON of what counts: of a released method only the hooks. */
const kept = ({ objective, hooks }: ArmOperations, isReleased: boolean): unknown => ({
  ...(isReleased ? {} : { objective: objective ?? null }),
  hooks: hooks ?? null,
})

/** The student that a method made of the one built. */
function contentOf(model: MethodStage['arm']['model']): string | null {
  try {
    return modelContentNow(model)
  } catch {
    // Its values are on a device that cannot be read at once.
    return null
  }
}
