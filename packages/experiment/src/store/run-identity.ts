import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Dataset, UmbraError } from '@umbra/core'
import { contentHash, removeFile } from '@umbra/core/files'
import {
  type EngineInfo,
  type Registry,
  CORE_VERSION,
  RUN_FORMAT,
  identityOf,
  omit,
} from '@umbra/core/trainer'
import { resolvePath } from '../config/check-config.js'
import type { PairConfig, ResolvedConfig } from '../config/experiment-config.js'
import type { RunCommand } from '../config/run-command.js'
import { differences } from './differences.js'
import { type RunFile, readRunFile } from './run-file.js'
import type { RunFolder } from './run-folder.js'

/** The name in the configuration, or one derived from it, so that `--resume` finds the run. */
export const runName = (config: ResolvedConfig, command: string): string =>
  config.name ?? `${command}-${contentHash({ ...runIdentity(config), pairs: config.pairs }).slice(0, 8)}`

/** What all arms of a run share; other settings may change from session to session. */
function runIdentity(config: ResolvedConfig): Record<string, unknown> {
  const rest = omit(config, [
    ...(['methods', 'seeds', 'pairs', 'student', 'teachers', 'search', 'baselines'] as const),
    ...(['cohort', 'executor', 'runs', 'plugins', 'sinks', 'metrics'] as const),
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
  /** Hash of the images and of how they are divided. */
  readonly dataHash: string
  readonly baseDir: string
}

/** What of a run's file later sessions and other processes need. */
export type RecordedRun = Pick<RunFile, 'created' | 'retrain'>

/**
 * Writes the identity of a new run, or checks it against the folder's. Throws UMBRA_RUN_CHANGED with the path and both values
 * of every setting that differs and changes results.
 */
export async function recordRun(
  folder: RunFolder,
  run: IdentifiedRun,
  retrain?: RunFile['retrain'],
): Promise<RecordedRun> {
  const { config, registry, engine, command, dataset } = run
  const basis = basisOf(run)
  const dataSettings = { dataset: config.dataset, validation: config.validation }
  const pairs: Record<string, unknown> = {}
  for (const pair of config.pairs) pairs[pair.id] = await pairIdentity(pair, run.baseDir)
  const onlyPair = config.pairs.length === 1 ? config.pairs[0]?.id : undefined
  const file = readRunFile(folder.path)
  const before = file.is === 'intact' ? file.value : undefined
  if (before !== undefined) refuseChanges(folder.path, before, { basis, pairs, onlyPair, dataSettings })
  const recorded = {
    created: before?.created ?? new Date().toISOString(),
    ...retraining(folder, before, retrain),
  }
  const unprefixed = onlyPair ?? before?.onlyPair
  await folder.writeJson('run.json', {
    format: RUN_FORMAT,
    umbra: CORE_VERSION,
    command,
    ...recorded,
    basis,
    pairs: { ...before?.pairs, ...pairs },
    ...(unprefixed === undefined ? {} : { onlyPair: unprefixed }),
    methods: config.methods,
    seeds: config.seeds,
    engine: engine.info,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    dataSettings,
    data: dataset.sources,
    plugins: registry.plugins.map(({ name, version }) => ({ name, version })),
  })
  return recorded
}

/** An interrupted session that asked for new models is continued, with those that it has made. */
function retraining(
  folder: RunFolder,
  before: RunFile | undefined,
  asked: RunFile['retrain'],
): Pick<RunFile, 'retrain'> {
  const interrupted = folder.readJson('result.json') === undefined ? before?.retrain : undefined
  if (interrupted !== undefined) return { retrain: interrupted }
  if (asked === undefined) return {}
  // A run that had ended goes on.
  removeFile(join(folder.path, 'result.json'))
  return { retrain: asked }
}

/** Only what changes results: not the run's name, where its data lie, or how it is executed. */
function basisOf({ config, registry, engine, dataHash }: IdentifiedRun): RunFile['basis'] {
  const { recipe, teacherPrecision, threads, hooks = [] } = config
  return {
    engine: engine.info.id,
    // Settings of the data may be paths, so that they count by the images they give.
    data: dataHash,
    recipe: identityOf(recipe),
    teacherPrecision,
    ...(threads === undefined ? {} : { threads }),
    hooks: hooks.map(({ id, options }) => ({
      id,
      options: registry.parse(registry.get('hooks', id), options),
    })),
  }
}

/** Student and teachers by what determines them: the contents of weight files, not their paths. */
async function pairIdentity({ student, teachers }: PairConfig, baseDir: string): Promise<unknown> {
  const identities: unknown[] = []
  for (const teacher of teachers)
    identities.push(
      'weights' in teacher
        ? { ...teacher, weights: await sha256OfFile(resolvePath(baseDir, teacher.weights)) }
        : teacher,
    )
  return { student, teachers: identities }
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return `sha256 ${hash.digest('hex').slice(0, 16)}`
}

function refuseChanges(
  path: string,
  before: RunFile,
  {
    basis,
    pairs,
    onlyPair,
    dataSettings,
  }: {
    readonly basis: object
    readonly pairs: Readonly<Record<string, unknown>>
    readonly onlyPair: string | undefined
    readonly dataSettings: object
  },
): void {
  const here = JSON.parse(JSON.stringify({ basis, dataSettings })) as Pick<RunFile, 'basis' | 'dataSettings'>
  const changed = differences(omit(before.basis, ['data']), omit(here.basis, ['data']))
  if (before.basis.data !== here.basis.data) {
    const settings = differences(before.dataSettings, here.dataSettings)
    changed.push(...(settings.length > 0 ? settings : ['the images of its data set are others']))
  }
  for (const [id, pair] of Object.entries(pairs)) {
    const there = before.pairs[id]
    if (there !== undefined)
      changed.push(...differences(there, JSON.parse(JSON.stringify(pair)), `pairs.${id}`))
  }
  // The folders of their arms have the same names.
  if (onlyPair !== undefined && before.onlyPair !== undefined && onlyPair !== before.onlyPair)
    changed.push(`the only pair: "${before.onlyPair}" there, "${onlyPair}" here`)
  if (changed.length === 0) return
  throw new UmbraError('UMBRA_RUN_CHANGED', {
    subject: `run folder ${path} was made with other settings: ${changed.join('; ')}`,
    remedy: 'Use the same configuration to resume, --overwrite to start again, or --name for another run',
  })
}
