import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Assistant, type ModelChoice, type Objective, UmbraError } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'
import { canonicalJson } from '@umbra/core/files'
import type { MethodEntry, PairConfig } from './experiment-config.js'

/** A method of the configuration for one pair: its options checked, its parts put together. */
export interface ComposedMethod {
  readonly entry: MethodChoice
  /** With the defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>
  readonly createObjective: () => Objective
  readonly createAssistants: (student: ModelChoice) => readonly Assistant[]
  /** The student to be trained in place of the one built; the same one for most methods. */
  readonly wrapStudent: (student: LayersModel, teachers: readonly LayersModel[]) => LayersModel
}

/** A method with options, under the name it has in tables. */
export type MethodChoice = Pick<MethodEntry, 'id' | 'label' | 'options'>

/** The methods of an experiment: composes each choice for each pair once. Throws what `composeMethod` throws. */
export type Methods = (choice: MethodChoice, pair: PairConfig) => ComposedMethod

export function createMethods(registry: Registry): Methods {
  const composed = new Map<string, ComposedMethod>()
  return (choice, pair) => {
    const keyOf = (options: unknown): string => canonicalJson([pair, choice.id, choice.label, options])
    const key = keyOf(choice.options)
    const method = composed.get(key) ?? composeMethod(registry, choice, pair)
    composed.set(key, method)
    // An arm carries the options with the defaults filled in.
    composed.set(keyOf(method.options), method)
    return method
  }
}

/**
 * Checks and composes one method for a pair. Throws UMBRA_UNKNOWN_ID, UMBRA_OPTION, UMBRA_TEACHERS, and what the method
 * throws for options that do not go together.
 */
function composeMethod(
  registry: Registry,
  choice: MethodChoice,
  { teachers, student }: PairConfig,
): ComposedMethod {
  const method = registry.get('method', choice.id)
  const options = registry.parse(method, choice.options)
  const { min, max } = method.teachers
  if (teachers.length < min || teachers.length > max)
    throw new UmbraError('UMBRA_TEACHERS', {
      subject: `method "${choice.id}"`,
      expected: min === max ? `${min} teacher${min === 1 ? '' : 's'}` : `${min} to ${max} teachers`,
      received: String(teachers.length),
      remedy: 'List them under `teachers` in the configuration',
    })
  // Made once now so that a wrong part or a range across options is found before anything runs.
  method.objective(options, registry.parts)
  for (const { model } of method.assistants?.(options, student.model) ?? [])
    registry.parse(registry.get('model', model.id), model.options)
  return {
    entry: choice,
    options: options as Readonly<Record<string, unknown>>,
    createObjective: () => method.objective(options, registry.parts),
    createAssistants: (model) => method.assistants?.(options, model) ?? [],
    wrapStudent: (model, models) => method.student?.(model, models, options) ?? model,
  }
}
