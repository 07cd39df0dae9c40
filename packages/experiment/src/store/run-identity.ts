import { type Dataset, UmbraError } from '@umbra/core'
import { canonicalJson, contentHash } from '@umbra/core/files'
import {
  type EngineInfo,
  type Registry,
  CORE_VERSION,
  RUN_FORMAT,
  identityOf,
  omit,
} from '@umbra/core/trainer'
import type { ResolvedConfig } from '../config/experiment-config.js'
import type { RunCommand } from '../config/run-command.js'
import type { RunFolder } from './run-folder.js'

/** The name in the configuration, or one derived from it, so that `--resume` finds the run. */
export const runName = (config: ResolvedConfig, command: string): string =>
  config.name ?? `${command}-${contentHash({ ...runIdentity(config), pairs: config.pairs }).slice(0, 8)}`

/** What all arms of a run share; other settings may change from session to session. */
function runIdentity(config: ResolvedConfig): Record<string, unknown> {
  const rest = omit(config, [
    ...(['methods', 'seeds', 'pairs', 'student', 'teachers', 'search', 'baselines'] as const),
    ...(['cohort', 'executor', 'runs', 'plugins', 'sinks'] as const),
  ])
  return { ...rest, recipe: identityOf(config.recipe) }
}

/** What identifies a run. */
export interface IdentifiedRun {
  readonly config: ResolvedConfig
  readonly registry: Registry
  readonly engine: { readonly info: EngineInfo }
  readonly command: RunCommand
  readonly dataset: Pick<Dataset, 'sources'>
}

/** Writes the identity of a new run, or checks it against the folder's; returns when the run was first started. */
export async function recordRun(
  folder: RunFolder,
  { config, registry, engine, command, dataset }: IdentifiedRun,
): Promise<string> {
  const basis = {
    ...runIdentity(config),
    engine: engine.info.id,
    sources: dataset.sources.map(({ sha256 }) => sha256),
  }
  const pairs = Object.fromEntries(config.pairs.map((pair) => [pair.id, contentHash(pair)]))
  const before = folder.readJson('run.json') as
    | {
        readonly basis?: object
        readonly pairs?: Readonly<Record<string, string>>
        readonly created?: string
      }
    | undefined
  const changed = before?.basis === undefined ? [] : differences(before.basis, basis)
  for (const [id, hash] of Object.entries(before?.pairs ?? {}))
    if (pairs[id] !== undefined && pairs[id] !== hash) changed.push(`pair "${id}"`)
  if (changed.length > 0)
    throw new UmbraError('UMBRA_RUN_CHANGED', {
      subject: `run folder ${folder.path} was made with a different ${changed.join(', ')}`,
      remedy: 'Use the same configuration to resume, --overwrite to start again, or --name for another run',
    })
  const created = before?.created ?? new Date().toISOString()
  await folder.writeJson('run.json', {
    format: RUN_FORMAT,
    umbra: CORE_VERSION,
    command,
    created,
    basis,
    pairs: { ...before?.pairs, ...pairs },
    methods: config.methods,
    seeds: config.seeds,
    engine: engine.info,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    data: dataset.sources,
    plugins: registry.plugins.map(({ name, version }) => ({ name, version })),
  })
  return created
}

/** Top-level keys in which two configurations differ. */
function differences(before: object, after: object): string[] {
  const a = JSON.parse(canonicalJson(before)) as Record<string, unknown>
  const b = JSON.parse(canonicalJson(after)) as Record<string, unknown>
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].filter((key) => canonicalJson(a[key] ?? null) !== canonicalJson(b[key] ?? null))
}
