import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Assistant, type ModelChoice, type Objective, type PartLookup, UmbraError } from '@umbra/core'
import { type Registry, checkObjective } from '@umbra/core/trainer'
import { canonicalJson } from '@umbra/core/files'
import type { PartChoice } from '../identity/identities.js'
import type { MethodEntry, PairConfig } from './experiment-config.js'
import { methodProblem } from './method-problem.js'

/** A method for one pair, its options checked and complete and its parts put together. */
export interface ComposedMethod extends MethodChoice {
  /** Softenings, enhancements and weightings that it asked for, of any plugin. */
  readonly parts: readonly PartChoice[]
  readonly createObjective: () => Objective
  readonly createAssistants: (student: ModelChoice) => readonly Assistant[]
  /** Returns the student to train in place of the one built; for most methods the same one. */
  readonly wrapStudent: (student: LayersModel, teachers: readonly LayersModel[]) => LayersModel
  /** Whether it makes another student of the one built. */
  readonly wraps: boolean
  /** What its code threw: its arms fail with it, and the others are trained. */
  readonly broken?: UmbraError
}

/** A method with options, and its name in tables. */
export type MethodChoice = Pick<MethodEntry, 'id' | 'label' | 'options'>

/** The methods of an experiment, each composed once for each pair and choice of options. */
export interface Methods {
  /** A method with the options of a configuration, not yet checked. Throws what `composeMethod` throws. */
  readonly of: (choice: MethodChoice, pair: PairConfig) => ComposedMethod
  /** The method of an arm, whose options are checked and complete. */
  readonly ofArm: (method: MethodChoice, pair: PairConfig) => ComposedMethod
}

export function createMethods(registry: Registry): Methods {
  const byChoice = new Map<string, ComposedMethod>()
  // Separate: checked options of one method may look like unchecked options of another.
  const byArm = new Map<string, ComposedMethod>()
  const keyOf = ({ id, label }: MethodChoice, options: unknown, pair: PairConfig): string =>
    canonicalJson([pair, id, label, options])
  const ofArm: Methods['ofArm'] = (choice, pair) => {
    const key = keyOf(choice, choice.options, pair)
    const method = byArm.get(key) ?? composeMethod(registry, choice, pair)
    byArm.set(key, method)
    return method
  }
  return {
    ofArm,
    of: (choice, pair) => {
      const key = keyOf(choice, choice.options, pair)
      const composed = byChoice.get(key)
      if (composed !== undefined) return composed
      const options = registry.parse(registry.get('method', choice.id), choice.options)
      const method = ofArm({ ...choice, options }, pair)
      byChoice.set(key, method)
      return method
    },
  }
}

/**
 * Composes a method with checked options for a pair. Throws UMBRA_UNKNOWN_ID, UMBRA_OPTION, UMBRA_TEACHERS, and what the
 * method throws for options that do not go together. A method whose code breaks is `broken`.
 */
function composeMethod(
  registry: Registry,
  choice: MethodChoice,
  { teachers, student }: PairConfig,
): ComposedMethod {
  const { options } = choice
  const method = registry.get('method', choice.id)
  const { min, max } = method.teachers
  if (teachers.length < min || teachers.length > max)
    throw new UmbraError('UMBRA_TEACHERS', {
      subject: `method "${choice.id}"`,
      expected: min === max ? `${min} teacher${min === 1 ? '' : 's'}` : `${min} to ${max} teachers`,
      received: String(teachers.length),
      remedy: 'List them under `teachers` in the configuration',
    })
  const named = { id: choice.id, label: choice.label, options }
  // Created once now, so that a wrong part or a range across options is found before anything runs.
  const parts: PartChoice[] = []
  try {
    checkObjective(method.objective(options, noting(registry.parts, parts)), `method "${choice.id}"`)
    for (const { model } of method.assistants?.(options, student.model) ?? [])
      registry.parse(registry.get('model', model.id), model.options)
  } catch (error) {
    if (!(error instanceof UmbraError)) throw error
    // What is wrong with an objective; where it is an option, it says so itself.
    if (error.code === 'UMBRA_TERMS') throw methodProblem(error, choice)
    if (error.code !== 'UMBRA_METHOD') throw error
    return brokenMethod(named, error)
  }
  return {
    ...named,
    parts,
    createObjective: () => method.objective(options, registry.parts),
    createAssistants: (model) => method.assistants?.(options, model) ?? [],
    wrapStudent: (model, models) => method.student?.(model, models, options) ?? model,
    wraps: method.student !== undefined,
  }
}

/** The same parts; notes which are asked for. */
function noting(parts: PartLookup, asked: PartChoice[]): PartLookup {
  const note =
    <P>(kind: PartChoice['kind'], create: (id: string, options?: unknown) => P) =>
    (id: string, options?: unknown): P => {
      asked.push({ kind, id })
      return create(id, options)
    }
  return {
    softening: note('softening', parts.softening),
    enhancement: note('enhancement', parts.enhancement),
    weighting: note('weighting', parts.weighting),
  }
}

const brokenMethod = (named: MethodChoice, broken: UmbraError): ComposedMethod => ({
  ...named,
  broken,
  parts: [],
  createObjective: () => {
    throw broken
  },
  createAssistants: () => [],
  wrapStudent: (model) => model,
  wraps: false,
})
