import { join } from 'node:path'
import {
  type ArmResult,
  type ComparisonRecord,
  type MethodFigures,
  type TeacherFigures,
  RUN_FORMAT,
  comparisonRecordSchema,
} from '@umbra/core/trainer'
import { writeFileNow } from '@umbra/core/files'
import type { Run } from './execute/run.js'
import type { PlannedArm } from './plan/planned-arm.js'
import type { SearchOutcome } from './search/search.js'
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

/** Facts of a record about the sessions that made it. */
const earlierSchema = comparisonRecordSchema.pick({ environment: true, seconds: true })

export function createRecordKeeper(run: Run, parts: RecordParts): RecordKeeper {
  const { folder, started, trained, experiment } = run
  const { config, sizes, now } = experiment
  const results = new Map<string, ArmResult>()
  const earlier = earlierSchema.safeParse(folder.readJson('record.json')).data
  const environment = environmentOf(experiment.registry, experiment.engine.info, experiment.baseDir)
  // A session that trained nothing adds no time and leaves the environment as recorded.
  const made = (): Pick<ComparisonRecord, 'environment' | 'seconds'> =>
    earlier !== undefined && !trained()
      ? earlier
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
    const current = record()
    writeFileNow(join(folder.path, 'record.json'), `${JSON.stringify(current, null, 1)}\n`)
    return current
  }
  return { add: (result) => void results.set(result.arm, result), write }
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
          ? planned.flatMap((arm) => results.get(arm.id) ?? [])
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
