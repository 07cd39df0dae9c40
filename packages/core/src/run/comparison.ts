import { isAbsolute, join, resolve } from 'node:path'
import { encodeSafetensors } from '../checkpoint/safetensors.js'
import type { Dataset } from '../contracts/dataset.js'
import type { Engine } from '../contracts/engine.js'
import type { RunEvent, RunListener } from '../contracts/events.js'
import { UmbraError } from '../errors/umbra-error.js'
import { buildModel } from '../model/build-model.js'
import { weightVariable } from '../model/weight-variable.js'
import { tapModel } from '../model/tapped-model.js'
import type { Registry } from '../registry/registry.js'
import { ClockToken, EngineToken, ListenerToken } from '../registry/services.js'
import { createEvaluator } from '../trainer/evaluator.js'
import { trainCohort } from '../trainer/train-cohort.js'
import { canonicalJson, contentHash } from '../util/canonical-json.js'
import { CORE_VERSION } from '../version.js'
import { type ArmBasis, armSpec, finishedArm, planArms, type PlannedArm } from './arms.js'
import type { ResolvedConfig } from './config.js'
import { loadDataset } from './load-dataset.js'
import { prepareMethods, type PreparedMethod } from './prepare.js'
import { type ArmResult, type ComparisonResult, gatherMethods, teacherResultSchema } from './result.js'
import { openRunFolder, type RunFolder } from './run-folder.js'
import { createSinks, type RunSinks } from './sinks.js'
import { readyTeachers } from './teachers.js'
import type { ReadyTeacher, StageContext } from './train-once.js'
import { readyAssistants } from './assistants.js'
import type { ArmSpec } from '../trainer/arm.js'

export interface ComparisonInput {
  readonly config: ResolvedConfig
  readonly registry: Registry
  readonly engine: Engine
  /** Folder against which paths of the configuration are resolved. */
  readonly baseDir: string
  readonly cacheDir: string
  readonly resume: boolean
  readonly overwrite: boolean
  readonly command: 'train' | 'compare'
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now?: () => number
}

/**
 * Trains every method for every seed and evaluates teachers and students; `train` is a comparison of one method.
 *
 * Each seed is one cohort: same initial student, order and augmentation for all methods, one teacher pass. What a
 * resumed run finds finished is not trained again. Throws UMBRA_RUN_CHANGED when the run folder belongs to another
 * configuration, UMBRA_INTERRUPTED on abort (after saving), and what the parts throw.
 */
export async function runComparison(input: ComparisonInput): Promise<ComparisonResult> {
  const sinks = createSinks(input.registry, input.config)
  return compare(input, sinks).finally(() => sinks.close())
}

async function compare(input: ComparisonInput, sinks: RunSinks): Promise<ComparisonResult> {
  const { config, registry, baseDir } = input
  const now = registry.resolveOr(ClockToken, input.now ?? performance.now.bind(performance))
  const engine = registry.resolveOr(EngineToken, input.engine)
  const started = now()
  const methods = prepareMethods(registry, config, baseDir)
  const runs = isAbsolute(config.runs) ? config.runs : resolve(config.runs)
  const name = runName(config, input.command)
  const folder = openRunFolder(join(runs, name), input)
  const listen = sinks.open(tee(registry.resolveOr(ListenerToken, input.listen), folder), folder, name)
  const context = { ...input, engine, listen, now, folder, storeDir: join(runs, '.store') }

  const dataset = await loadDataset(registry, config.dataset, context)
  await recordRun(folder, context, dataset)
  await registry.hooks.notify('runStart', { name })
  const dataHash = contentHash([dataset.sources, config.dataset])
  const teachers = await readyTeachers(config, { ...context, dataset, dataHash })
  try {
    const teacherRows = await evaluateTeachers(teachers, dataset, context)
    const basis = { dataHash, teacherHashes: teachers.map(({ hash }) => hash), engine: engine.info.id }
    const results: ArmResult[] = []
    for (const seed of config.seeds)
      results.push(...(await runSeed(seed, methods, teachers, dataset, basis, context)))
    const result: ComparisonResult = {
      name,
      runDir: folder.path,
      engine: `${engine.info.id} (${engine.info.detail})`,
      dataset: config.dataset.id,
      methods: gatherMethods(
        methods.map(({ entry }) => entry.label),
        results,
      ),
      teachers: teacherRows,
      student: { label: config.student.model.id, parameters: studentSize(registry, config, dataset) },
      seconds: (now() - started) / 1000,
      ...(dataset.credit === undefined ? {} : { credit: dataset.credit }),
    }
    await folder.writeJson('result.json', result)
    await registry.hooks.notify('runEnd', { name })
    return result
  } finally {
    for (const { model } of teachers) model.dispose()
  }
}

type Context = ComparisonInput & {
  readonly folder: RunFolder
  readonly storeDir: string
  readonly now: () => number
}

/** The name given, or one that the same configuration always gets, so that `--resume` finds it. */
const runName = (config: ResolvedConfig, command: string): string =>
  config.name ??
  `${command}-${contentHash({ ...config, methods: undefined, seeds: undefined, sinks: undefined }).slice(0, 8)}`

/** Per-step events go to the watcher only: the log keeps what is worth keeping. */
const tee =
  (listen: RunListener, folder: RunFolder): RunListener =>
  (event: RunEvent) => {
    if (event.type !== 'step') folder.log(event)
    listen(event)
  }

async function recordRun(
  folder: RunFolder,
  { config, registry, engine, command }: ComparisonInput,
  dataset: Dataset,
): Promise<void> {
  const { methods, seeds, ...rest } = config
  const basis = {
    ...rest,
    sinks: undefined,
    engine: engine.info.id,
    sources: dataset.sources.map(({ sha256 }) => sha256),
  }
  const before = folder.readJson('run.json') as { basis?: object } | undefined
  const changed = before?.basis === undefined ? [] : differences(before.basis, basis)
  if (changed.length > 0)
    throw new UmbraError('UMBRA_RUN_CHANGED', {
      subject: `run folder ${folder.path} was made with another ${changed.join(', ')}`,
      remedy: 'Use the same configuration to resume, --overwrite to start again, or --name for another run',
    })
  await folder.writeJson('run.json', {
    umbra: CORE_VERSION,
    command,
    created: new Date().toISOString(),
    basis,
    methods,
    seeds,
    engine: engine.info,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    data: dataset.sources,
    plugins: registry.plugins.map(({ name, version }) => ({ name, version })),
  })
}

/** Top-level keys in which two configurations differ. */
function differences(before: object, after: object): string[] {
  const a = JSON.parse(canonicalJson(before)) as Record<string, unknown>
  const b = JSON.parse(canonicalJson(after)) as Record<string, unknown>
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].filter((key) => canonicalJson(a[key] ?? null) !== canonicalJson(b[key] ?? null))
}

async function evaluateTeachers(
  teachers: readonly ReadyTeacher[],
  dataset: Dataset,
  { config, engine, folder, signal, listen }: Context,
): Promise<ComparisonResult['teachers']> {
  const cached = teacherResultSchema.array().safeParse(folder.readJson('teachers.json'))
  const rows = []
  for (const { label, model, aliases, normalisation, hash } of teachers) {
    const known = cached.data?.find((row) => row.label === label && row.hash === hash)
    if (known !== undefined) {
      rows.push(known)
      continue
    }
    listen({ type: 'notice', text: `evaluating teacher ${label} on ${dataset.test.count} test images` })
    const tapped = tapModel(model, [], aliases, `teacher "${label}"`)
    const teacher = { weights: model.weights.map(weightVariable), precision: config.teacherPrecision }
    const evaluator = createEvaluator(tapped, { engine, shape: dataset.shape, normalisation, teacher })
    const evaluation = await evaluator.evaluate(dataset.test, signal).finally(evaluator.dispose)
    const result = `teacher ${label}: ${(100 * evaluation.top1).toFixed(2)} % top-1`
    listen({ type: 'notice', text: result })
    rows.push({ label, hash, parameters: model.countParams(), evaluation })
  }
  await folder.writeJson('teachers.json', rows)
  return rows.map(({ label, parameters, evaluation }) => ({ label, parameters, ...evaluation }))
}

async function runSeed(
  seed: number,
  methods: readonly PreparedMethod[],
  teachers: readonly ReadyTeacher[],
  dataset: Dataset,
  basis: ArmBasis,
  context: Context,
): Promise<ArmResult[]> {
  const { config, registry, folder, listen } = context
  const planned = planArms(methods, seed, config, registry, basis)
  const done = planned.map((arm) => finishedArm(folder, arm))
  const open = planned.filter((_, i) => done[i] === undefined)
  const stage = `seed-${seed}`
  if (open.length === 0) listen({ type: 'stage-end', stage, seconds: 0, cached: true })
  const fresh =
    open.length === 0
      ? []
      : await trainArms(open, stage, teachers, { ...context, dataset, dataHash: basis.dataHash })
  return planned.map((arm, i) => done[i] ?? fresh.find((result) => result.arm === arm.id)!)
}

async function trainArms(
  open: readonly PlannedArm[],
  stage: string,
  teachers: readonly ReadyTeacher[],
  context: Context & StageContext,
): Promise<ArmResult[]> {
  const { config, registry, folder, dataset } = context
  const { seed } = open[0]!
  const all = [...teachers]
  const specs: ArmSpec[] = []
  for (const arm of open) {
    const assistants = await readyAssistants(arm.method, seed, teachers, config, context)
    const own = [...teachers.keys(), ...assistants.map((_, i) => all.length + i)]
    all.push(...assistants)
    specs.push(armSpec(arm, config, registry, dataset, { all, own }))
  }
  const outcome = await trainCohort({
    ...context,
    stage,
    title: `${open.map(({ method }) => method.entry.label).join(', ')}, seed ${seed}`,
    hooks: registry.hooks,
    data: { ...dataset, classes: dataset.classes.length },
    teachers: all,
    arms: specs,
    studentNormalisation: config.student.normalisation ?? dataset.normalisation,
    recipe: config.recipe,
    teacherPrecision: config.teacherPrecision,
    seed,
    checkpoints: (arm) => folder.checkpoints(arm, open.find(({ id }) => id === arm)!.hash),
  }).finally(() => all.slice(teachers.length).forEach(({ model }) => model.dispose()))
  const results: ArmResult[] = []
  for (const { id, failed, evaluation, history, weights } of outcome.arms) {
    const { method, seed, hash } = open.find((arm) => arm.id === id)!
    const { seconds, imagesPerSecond } = outcome
    const { label } = method.entry
    if (failed === undefined)
      await folder.writeBytes(`arms/${id}/student.safetensors`, encodeSafetensors(weights))
    const base = {
      arm: id,
      label,
      method: method.entry.id,
      seed,
      hash,
      seconds,
      imagesPerSecond,
      history: [...history],
    }
    const result: ArmResult = {
      ...base,
      ...(failed === undefined ? {} : { failed }),
      ...(evaluation === undefined ? {} : { evaluation }),
    }
    // Written last: an arm with a result is finished.
    await folder.writeJson(`arms/${id}/result.json`, result)
    folder.checkpoints(id, hash).clear()
    results.push(result)
  }
  return results
}

function studentSize(registry: Registry, config: ResolvedConfig, dataset: Dataset): number {
  const { model } = buildModel(registry, config.student.model, dataset, 0)
  const size = model.countParams()
  model.dispose()
  return size
}
