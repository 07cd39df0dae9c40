import type { ModelChoice, Normalisation, Recipe } from '@umbra/core'
import { CORE_VERSION, type Registry, extensionIdentity, identityOf } from '@umbra/core/trainer'
import { contentHash } from '@umbra/core/files'
import type { MethodEntry, PairConfig, ResolvedConfig } from '../config/experiment-config.js'

/** What every result depends on: data, engine and plugins. */
export interface ResultBasis {
  readonly registry: Registry
  readonly engine: { readonly info: { readonly id: string } }
  /** Hash of the images and of how they are divided. */
  readonly dataHash: string
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
}

/** Hash of a model that is trained once and reused: a teacher or an assistant. */
export const trainedModelHash = (
  { model, recipe, seed, normalisation, identity, teachers }: TrainedModelFacts,
  { registry, engine, dataHash }: ResultBasis,
): string =>
  contentHash([
    [model, identityOf(recipe), seed, normalisation, identity],
    [dataHash, engine.info.id, teachers],
    // The hooks of a configuration apply to students only.
    ...extensionIdentity(registry, []),
  ])

/** Hash of a model with the weights of a file. */
export const loadedModelHash = (
  model: ModelChoice,
  sha256: string,
  normalisation: Normalisation,
  registry: Registry,
): string => contentHash([model, sha256, normalisation, ...extensionIdentity(registry, [])])

/** An arm with everything that determines it, apart from data, engine and plugins. */
export interface ArmFacts {
  readonly method: Pick<MethodEntry, 'id' | 'options'>
  readonly pair: PairConfig
  readonly seed: number
  readonly recipe: Recipe
  /** A search never reads the test set, so its results differ in kind. */
  readonly folder: 'arms' | 'search'
  readonly teacherHashes: readonly string[]
}

/** Hash of everything that determines an arm's result. */
export function armHash(
  { method, pair, seed, recipe, folder, teacherHashes }: ArmFacts,
  { teacherPrecision, threads, hooks = [] }: Pick<ResolvedConfig, 'teacherPrecision' | 'threads' | 'hooks'>,
  { registry, engine, dataHash }: ResultBasis,
): string {
  const sources = registry
    .pluginsOf(method.id)
    .map(({ name, version }) => ({ name, version, core: CORE_VERSION }))
  return contentHash([
    { dataHash, teacherHashes, engine: engine.info.id },
    pair.student,
    identityOf(recipe),
    { teacherPrecision, threads },
    method.id,
    method.options,
    seed,
    // A single method has one plugin, a sum of methods one for each part.
    sources.length === 1 ? sources[0] : sources,
    folder,
    ...extensionIdentity(registry, hooks),
  ])
}
