import { join } from 'node:path'
import {
  type ArmResult,
  type ComparisonRecord,
  type MethodFigures,
  type TeacherFigures,
  RUN_FORMAT,
  comparisonRecordSchema,
} from '@umbra/core/trainer'
import { sealedJson, writeFileNow } from '@umbra/core/files'
import { taughtByOthers } from './execute/renew-arms.js'
import type { Run } from './execute/run.js'
import { type EarlierFigures, earlierFigures, mergeRecords, sameMethod } from './merge-records.js'
import { planArm, type PlannedArm } from './plan/planned-arm.js'
import type { SearchOutcome } from './search/search.js'
import { checkMetrics, metricEntries } from './config/check-metrics.js'
import { environmentOf } from './store/environment.js'

/** Keeps `record.json` of a run up to date: everything finished so far, as input of reports. */
export interface RecordKeeper {
  readonly add: (result: ArmResult) => void
  /** Writes and returns the record of what is finished now. */
  readonly write: () => ComparisonRecord
}

export interface RecordParts {
  readonly arms: readonly PlannedArm[]
  readonly teachers: ReadonlyMap<string, readonly TeacherFigures[]>
  readonly searches: readonly SearchOutcome[]
}

export function createRecordKeeper(run: Run, parts: RecordParts): RecordKeeper {
  const { folder, started, trained, experiment } = run
  const { config, sizes, now } = experiment
  const results = new Map<string, ArmResult>()
  const notice = (text: string): void => run.listen({ type: 'notice', text })
  const earlier = comparisonRecordSchema.safeParse(folder.readJson('record.json', notice)).data
  const kept = keepEarlier(run, parts, earlier)
  const environment = environmentOf(experiment.registry, experiment.engine.info, experiment.baseDir)
  // A session that trained nothing adds no time and leaves the environment as recorded.
  const made = (): Pick<ComparisonRecord, 'environment' | 'seconds'> =>
    earlier !== undefined && !trained()
      ? { environment: earlier.environment, seconds: earlier.seconds }
      : { environment, seconds: (earlier?.seconds ?? 0) + (now() - started) / 1000 }
  const header = headerOf(run)
  const record = (): ComparisonRecord => ({
    ...header,
    ...made(),
    pairs: config.pairs.map(({ id, student }) => ({
      id,
      student: { label: student.model.id, parameters: sizes(student.model).parameters },
      teachers: parts.teachers.get(id) ?? [],
      methods: methodsOf(run, id, parts, results),
    })),
  })
  const write = (): ComparisonRecord => {
    const current = mergeRecords(record(), kept)
    writeFileNow(join(folder.path, 'record.json'), sealedJson(current, 1))
    return current
  }
  return { add: (result) => void results.set(result.arm, result), write }
}

/** What earlier sessions recorded and this one does not plan: narrowing methods or seeds loses nothing. */
function keepEarlier(
  { experiment, listen, teachers, retrainBefore }: Run,
  { arms }: RecordParts,
  earlier: ComparisonRecord | undefined,
): EarlierFigures {
  const planned = new Set([...arms, ...experiment.arms].map(({ id }) => id))
  const kept = earlierFigures(earlier, planned, (pairId, method, arm) => {
    const pair = experiment.config.pairs.find(({ id }) => id === pairId)
    if (pair === undefined) return true
    if (retrainBefore !== undefined && taughtByOthers(teachers.get(pairId), arm)) return false
    const { id, label, options } = method
    const sibling = arms.find((each) => each.pair.id === pairId && each.method.label === label)
    if (sibling !== undefined && !sameMethod(sibling.method, method)) return false
    try {
      const choice = { ...{ pair, seed: arm.seed, recipe: experiment.config.recipe }, name: label }
      return (
        planArm({ ...choice, folder: 'arms', method: { id, label, options } }, experiment).hash === arm.hash
      )
    } catch {
      // Of a plugin that is not loaded now: nothing can be said against it.
      return true
    }
  })
  const names = kept.pairs.flatMap(({ methods }) =>
    methods.flatMap((each) => each.arms.map(({ arm }) => arm)),
  )
  const notice = (text: string): void => listen({ type: 'notice', text })
  if (names.length > 0) notice(`the record keeps what earlier sessions made: ${names.join(', ')}`)
  if (kept.dropped.length > 0)
    notice(
      `made with other settings or teachers, and left out of the record: ${kept.dropped.join(', ')}; their files stay`,
    )
  return kept
}

function headerOf({
  name,
  created,
  experiment,
}: Run): Omit<ComparisonRecord, 'environment' | 'seconds' | 'pairs'> {
  const { command, config, dataset, registry } = experiment
  const hooks = (config.hooks ?? []).map(({ id, options }) => ({
    id,
    options: registry.parse(registry.get('hooks', id), options),
  }))
  const metrics = metricEntries(checkMetrics(registry, config))
  return {
    ...{ format: RUN_FORMAT, name, command, created },
    dataset: {
      id: config.dataset.id,
      classes: dataset.classes.length,
      train: dataset.train.count,
      validation: dataset.validation?.count ?? 0,
      test: dataset.test.count,
      sources: dataset.sources.map(({ file, sha256 }) => ({
        name: file.split(/[\\/]/).at(-1) ?? '',
        sha256,
      })),
      ...(dataset.credit === undefined ? {} : { credit: dataset.credit }),
    },
    recipe: config.recipe,
    ...(hooks.length === 0 ? {} : { hooks }),
    ...(metrics.length === 0 ? {} : { metrics }),
    seeds: config.seeds,
  }
}

function methodsOf(
  { experiment }: Run,
  pair: string,
  { arms, searches }: RecordParts,
  results: ReadonlyMap<string, ArmResult>,
): MethodFigures[] {
  const { config, registry } = experiment
  const ofMethod = (list: readonly PlannedArm[], label: string): PlannedArm[] =>
    list.filter((arm) => arm.pair.id === pair && arm.method.label === label)
  return config.methods.map(({ id, label, options }) => {
    const planned = ofMethod(arms, label)
    const outcome = searches.find((search) => search.pair === pair && search.label === label)
    return {
      id,
      label,
      title: registry.get('method', id).title,
      options: planned[0]?.method.options ?? options,
      ...(outcome === undefined ? {} : { search: outcome.search }),
      arms:
        outcome?.failed === undefined
          ? planned.flatMap((arm) => {
              const result = results.get(arm.id)
              // An arm of another run may have had another label there.
              return result === undefined ? [] : [{ ...result, label }]
            })
          : untrained(ofMethod(experiment.arms, label), outcome.failed),
    }
  })
}

/** If every trial of a search failed, there is nothing to train. */
const untrained = (
  arms: readonly PlannedArm[],
  failed: NonNullable<SearchOutcome['failed']>,
): readonly ArmResult[] =>
  arms.map(({ id, method, seed, hash }) => ({
    ...{ arm: id, label: method.label, method: method.id, seed, hash, failed },
    ...{ history: [], seconds: 0, imagesPerSecond: 0, cohort: [] },
  }))
