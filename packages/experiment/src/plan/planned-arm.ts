import type { Recipe, CohortSpec, ArmSpec } from '@umbra/core'
import { CORE_VERSION, type Registry, extensionIdentity, identityOf } from '@umbra/core/trainer'
import { contentHash } from '@umbra/core/files'
import type { MethodEntry, PairConfig, ResolvedConfig } from '../config/experiment-config.js'

/** One arm that belongs to a comparison: trained, to be trained, or found finished. */
export interface PlannedArm extends ArmSpec {
  readonly pair: PairConfig
  readonly seed: number
  readonly recipe: Recipe
  readonly folder: CohortSpec['folder']
}

/** Everything that determines an arm beside its method, options, seed and recipe. */
export interface ArmDependencies {
  readonly dataHash: string
  readonly teacherHashes: readonly string[]
  readonly engine: string
}

/** Names what only one of several pairs has; a single pair needs no name. */
export const inPair = (config: Pick<ResolvedConfig, 'pairs'>, pair: PairConfig, name: string): string =>
  config.pairs.length === 1 ? name : `${pair.id}.${name}`

export interface ArmChoice {
  readonly entry: Pick<MethodEntry, 'id' | 'label'>
  /** With the defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>
  readonly pair: PairConfig
  readonly seed: number
  readonly recipe: Recipe
  readonly folder: CohortSpec['folder']
  readonly name: string
}

/** An arm with the hash of everything that determines its result. */
export function planArm(
  { entry, options, pair, seed, recipe, folder, name }: ArmChoice,
  config: ResolvedConfig,
  registry: Registry,
  basis: ArmDependencies,
): PlannedArm {
  const plugin = registry.list('method').find(({ definition }) => definition.id === entry.id)!.plugin
  const source = { name: plugin.name, version: plugin.version, core: CORE_VERSION }
  const { student } = pair
  const { teacherPrecision, threads } = config
  const hash = contentHash([
    basis,
    student,
    identityOf(recipe),
    { teacherPrecision, threads },
    entry.id,
    options,
    seed,
    source,
    // A search never reads the test set, so that its results are of another kind.
    folder,
    ...extensionIdentity(registry, config.hooks ?? []),
  ])
  return {
    id: inPair(config, pair, `${name}-s${seed}`),
    method: { id: entry.id, label: entry.label, options },
    hash,
    pair,
    seed,
    recipe,
    folder,
  }
}
