import { rmSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { Executor, RunJob } from '../contracts/executor.js'
import type { Dataset } from '../contracts/dataset.js'
import type { Engine } from '../contracts/engine.js'
import type { RunEvent, RunListener } from '../contracts/events.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { Registry } from '../registry/registry.js'
import { ClockToken, EngineToken, ListenerToken } from '../registry/services.js'
import { canonicalJson, contentHash } from '../util/canonical-json.js'
import { omit } from '../util/omit.js'
import { CORE_VERSION } from '../version.js'
import { withBaselines } from './baselines.js'
import type { ResolvedConfig } from './config.js'
import type { PlannedArm } from './arms.js'
import { armLimit } from './arm-limit.js'
import { createExecutor } from './executor.js'
import { dataHashOf, loadSplitDataset, type SplitDataset } from './load-dataset.js'
import { planRun, type RunPlan } from './plan.js'
import { createModelSizes, type ModelSizes } from './model-sizes.js'
import { assistantStages, teacherStages } from './planned-stages.js'
import { openRates, type Rates } from './rates.js'
import { createSinks } from './sinks.js'
import { prepareMethods } from './prepare.js'
import { identityOf } from './recipe.js'
import { openRunFolder, type RunFolder } from './run-folder.js'
import { paceOf } from './pace.js'
import type { ReadyTeacher, StageContext } from './train-once.js'
import { createTrialHost, type TrialHost } from './trial-host.js'

export interface RunInput {
  readonly config: ResolvedConfig
  readonly registry: Registry
  readonly engine: Engine
  /** Folder against which paths of the configuration are resolved. */
  readonly baseDir: string
  readonly cacheDir: string
  readonly resume: boolean
  readonly overwrite: boolean
  readonly command: 'train' | 'compare' | 'tune'
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now?: () => number
  /** Dark-knowledge measures of a teacher for the record, by name; each teacher is measured once a run folder. */
  readonly measureTeacher?: MeasureTeacher
  /** Told what the run is going to do, before it does it. */
  readonly onPlan?: (plan: RunPlan) => void
  /** What other processes of the same program need to take part; JSON, handed to them as it is. */
  readonly host?: unknown
}

/** What a measure of a teacher may look at. */
export type MeasureContext = Pick<
  StageContext,
  'engine' | 'dataset' | 'dataHash' | 'storeDir' | 'signal' | 'listen'
>
export type MeasureTeacher = (
  teacher: ReadyTeacher,
  context: MeasureContext,
) => Promise<Readonly<Record<string, number>>>

/** A run that is open: its folder is locked, its data and teachers are there. */
export interface Session extends Omit<RunInput, 'now'> {
  readonly name: string
  readonly folder: RunFolder
  readonly dataset: SplitDataset
  readonly dataHash: string
  readonly executor: Executor
  readonly host: TrialHost
  readonly job: RunJob
  readonly now: () => number
  readonly started: number
  /** Whether anything was trained in this session so far. */
  readonly trained: () => boolean
  /** When the run was first started, over all sessions. */
  readonly created: string
  readonly rates: Rates
  readonly sizes: ModelSizes
  /** How many arms of a pair are trained side by side. */
  readonly maxArms: (arm: Pick<PlannedArm, 'pair'>) => number
  /** Teachers by pair. */
  readonly teachers: ReadonlyMap<string, readonly ReadyTeacher[]>
  /** Adds someone who is told what the run does. */
  readonly watch: (listener: RunListener) => void
  readonly close: () => Promise<void>
}

/**
 * Checks a configuration, opens and locks the run folder, loads the data and makes the teachers ready.
 *
 * Nothing is written before everything that can be checked has been. Throws what the parts throw, UMBRA_RUN_CHANGED when
 * the folder belongs to another configuration, UMBRA_RUN_LOCKED when another process works in it.
 */
export async function openSession(input: RunInput): Promise<Session> {
  const { registry, baseDir, cacheDir, command } = input
  const now = registry.resolveOr(ClockToken, input.now ?? performance.now.bind(performance))
  const engine = registry.resolveOr(EngineToken, input.engine)
  const started = now()
  const { config, added } =
    command === 'compare' && input.config.baselines
      ? withBaselines(input.config, registry)
      : { config: input.config, added: [] }
  prepareMethods(registry, config, baseDir)
  const executor = createExecutor(registry, config)
  const runs = isAbsolute(config.runs) ? config.runs : resolve(config.runs)
  const name = runName(config, command)
  const folder = openRunFolder(join(runs, name), input)
  const sinks = createSinks(registry, config)
  let host: TrialHost | undefined
  let rates: Rates | undefined
  const close = async (): Promise<void> => {
    try {
      await sinks.close()
      await rates?.save()
      await host?.dispose()
      rmSync(join(folder.path, 'locks'), { recursive: true, force: true })
    } finally {
      folder.close()
    }
  }
  try {
    let trained = false
    const note: RunListener = ({ type }) => void (trained ||= type === 'stage-start')
    const watchers = [registry.resolveOr(ListenerToken, input.listen), note]
    const listen = sinks.open(tee(watchers, folder), folder, name)
    if (added.length > 0)
      listen({
        type: 'notice',
        text: `added ${added.join(' and ')}, which every comparison has; --no-baselines leaves them out`,
      })
    const context = { ...input, config, engine, listen, now }
    const dataset = await loadSplitDataset(registry, config, context)
    const created = await recordRun(folder, context, dataset)
    await registry.hooks.notify('runStart', { name })
    const dataHash = dataHashOf(config, dataset)
    const storeDir = join(runs, '.store')
    host = createTrialHost({ ...context, dataset, dataHash, storeDir, runDir: folder.path })
    const processes = executor.processes ?? 1
    rates = openRates(storeDir, engine.info)
    const sizes = createModelSizes(registry, dataset)
    const maxArms = armLimit({ config, sizes, executor })
    const basis = { config, registry, dataset, sizes }
    const plan = planRun({ ...basis, command, processes, rates, maxArms })
    listen({ type: 'plan', stages: plan.stages })
    const once = [...teacherStages(basis), ...assistantStages(basis, { processes, seeds: config.seeds })]
    watchers.push(paceOf(once, rates))
    input.onPlan?.(plan)
    const teachers = new Map<string, readonly ReadyTeacher[]>()
    for (const { id } of config.pairs) teachers.set(id, await host.teachersOf(id))
    const job = { config, baseDir, cacheDir, runDir: folder.path, storeDir, host: input.host ?? null }
    const watch = (listener: RunListener): void => void watchers.push(listener)
    return {
      ...context,
      ...{
        name,
        folder,
        dataset,
        dataHash,
        executor,
        host,
        job,
        started,
        trained: () => trained,
        created,
        teachers,
        watch,
        close,
        rates,
        sizes,
        maxArms,
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The name given, or one that the same configuration always gets, so that `--resume` finds it. */
export const runName = (config: ResolvedConfig, command: string): string =>
  config.name ?? `${command}-${contentHash({ ...basisOf(config), pairs: config.pairs }).slice(0, 8)}`

/** Per-step events go to the watcher only: the log keeps what is worth keeping. */
const tee =
  (watchers: readonly RunListener[], folder: RunFolder): RunListener =>
  (event: RunEvent) => {
    if (event.type !== 'step') folder.log(event)
    for (const watcher of watchers) watcher(event)
  }

/** What all arms of a run have in common; the rest may change from session to session. */
function basisOf(config: ResolvedConfig): Record<string, unknown> {
  const rest = omit(config, [
    ...(['methods', 'seeds', 'pairs', 'student', 'teachers', 'search', 'baselines'] as const),
    ...(['cohort', 'executor', 'runs', 'plugins', 'sinks'] as const),
  ])
  return { ...rest, recipe: identityOf(config.recipe) }
}

/** Notes what the run is, or finds that the folder is another's; returns when it was first started. */
async function recordRun(
  folder: RunFolder,
  { config, registry, engine, command }: Pick<RunInput, 'config' | 'registry' | 'engine' | 'command'>,
  dataset: Dataset,
): Promise<string> {
  const basis = {
    ...basisOf(config),
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
      subject: `run folder ${folder.path} was made with another ${changed.join(', ')}`,
      remedy: 'Use the same configuration to resume, --overwrite to start again, or --name for another run',
    })
  const created = before?.created ?? new Date().toISOString()
  await folder.writeJson('run.json', {
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
