import type { Recipe, CohortSpec, ArmSpec } from '@umbra/core'
import type { MethodChoice, Methods } from '../config/compose-method.js'
import type { PairConfig, ResolvedConfig } from '../config/experiment-config.js'
import { type ResultBasis, armHash } from '../store/result-hashes.js'
import type { Operations, StepSetting } from '../operations/operations.js'
import type { TeacherIdentity } from '../teachers/teacher-identity.js'

/** One arm of an experiment, trained or not. */
export interface PlannedArm extends ArmSpec {
  readonly pair: PairConfig
  readonly seed: number
  readonly recipe: Recipe
  readonly folder: CohortSpec['folder']
}

/** Inputs of planning arms. */
export interface ArmContext extends ResultBasis {
  readonly config: ResolvedConfig
  readonly methods: Methods
  readonly operations: Operations
  /** Teachers by the pair's id. */
  readonly teachers: ReadonlyMap<string, readonly TeacherIdentity[]>
  /** Identity of a pair's student as built from a seed of the configuration. JSON. */
  readonly studentOf: (pair: PairConfig, seed: number) => unknown
}

/** Prefixes the pair's id where there are several pairs. */
export const inPair = (config: Pick<ResolvedConfig, 'pairs'>, pair: PairConfig, name: string): string =>
  config.pairs.length === 1 ? name : `${pair.id}.${name}`

/** What the steps of an experiment's arms are made of. */
export const stepSetting = ({ recipe, hooks = [] }: ResolvedConfig): StepSetting => ({
  batch: recipe.batch,
  hooks,
})

export interface ArmChoice extends Pick<PlannedArm, 'pair' | 'seed' | 'recipe' | 'folder'> {
  readonly method: MethodChoice
  /** Name of the arm without its seed. */
  readonly name: string
}

/** An arm with the hash of everything that determines its result. */
export function planArm(
  { method: choice, pair, seed, recipe, folder, name }: ArmChoice,
  context: ArmContext,
): PlannedArm {
  const { config, methods, operations, teachers } = context
  const composed = methods.of(choice, pair)
  const { id, label, options, parts } = composed
  const method = { id, label, options }
  const teacherHashes = (teachers.get(pair.id) ?? []).map(({ hash }) => hash)
  return {
    id: inPair(config, pair, `${name}-s${seed}`),
    method,
    hash: armHash(
      {
        ...{ method: { id, options, parts }, pair, seed, recipe, folder, teacherHashes },
        student: context.studentOf(pair, seed),
        operations: operations.method(composed, pair, stepSetting(config)).student,
      },
      config,
      context,
    ),
    ...{ pair, seed, recipe, folder },
  }
}
