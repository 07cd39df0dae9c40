import type { Engine, ModelChoice, Normalisation, Recipe } from '@umbra/core'
import { contentHash } from '@umbra/core/files'
import type { MethodEntry, PairConfig, ResolvedConfig } from '../config/experiment-config.js'
import type { DataHashes } from '../identity/data-hash.js'
import type { Identities, PartChoice } from '../identity/identities.js'

/** What every result depends on: data, engine, and the code of plugins. */
export interface ResultBasis extends DataHashes {
  readonly engine: { readonly info: Pick<Engine['info'], 'id' | 'compiled'> }
  readonly identities: Identities
}

/** A model trained in a separate stage, with everything that determines it. */
export interface TrainedModelFacts {
  readonly model: ModelChoice
  readonly recipe: Recipe
  readonly seed: number
  readonly normalisation: Normalisation
  /** Everything that determines the objective. JSON. */
  readonly identity: unknown
  /** Hashes of the models it learns from. */
  readonly teachers: readonly string[]
  /** What its steps record. JSON. */
  readonly operations: unknown
}

/** Hash of a model that is trained once and reused: a teacher or an assistant. */
export const trainedModelHash = async (
  { model, recipe, seed, normalisation, identity, teachers, operations }: TrainedModelFacts,
  { engine, dataHash, identities }: ResultBasis,
): Promise<string> =>
  contentHash([
    [
      'trained',
      await identities.model(model, seed),
      identities.recipe(recipe),
      seed,
      normalisation,
      identity,
    ],
    [dataHash, engineIdentity(engine), teachers],
    // The hooks of a configuration apply to students only.
    [identities.extensions([]), operations],
  ])

/** Hash of a model whose weights came from a file: `content` is that of the model with its weights. */
export const loadedModelHash = (
  { id }: Pick<ModelChoice, 'id'>,
  content: string,
  normalisation: Normalisation,
  { identities }: Pick<ResultBasis, 'identities'>,
): string =>
  contentHash(['loaded', identities.modelPlugin(id), content, normalisation, identities.services()])

/** An arm with everything that determines it, apart from data, engine and plugins. */
export interface ArmFacts {
  readonly method: Pick<MethodEntry, 'id' | 'options'> & { readonly parts: readonly PartChoice[] }
  readonly pair: PairConfig
  /** Identity of the student as built from the seed. JSON. */
  readonly student: unknown
  readonly seed: number
  readonly recipe: Recipe
  /** A search never reads the test set, so its results differ in kind. */
  readonly folder: 'arms' | 'search'
  readonly teacherHashes: readonly string[]
  /** What its steps record. JSON. */
  readonly operations: unknown
}

/** Hash of everything that determines an arm's result. */
export const armHash = (
  { method, pair, student, seed, recipe, folder, teacherHashes, operations }: ArmFacts,
  { teacherPrecision, threads, hooks = [] }: Pick<ResolvedConfig, 'teacherPrecision' | 'threads' | 'hooks'>,
  { engine, dataHash, testHash, identities }: ResultBasis,
): string =>
  contentHash([
    [folder, dataHash, folder === 'arms' ? testHash() : null, teacherHashes, engineIdentity(engine)],
    [student, pair.student.normalisation ?? null],
    identities.recipe(recipe),
    { teacherPrecision, threads },
    [method.id, method.options, identities.method(method.id, method.parts), operations],
    seed,
    identities.extensions(hooks),
  ])

/** Compiled and eager steps round differently. */
const engineIdentity = ({ info }: ResultBasis['engine']): unknown => [info.id, info.compiled ?? false]
