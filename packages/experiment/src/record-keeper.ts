import { join } from 'node:path'
import { z } from '@umbra/core'
import {
  type ArmFigures,
  type ComparisonRecord,
  type MethodFigures,
  type TeacherFigures,
  buildModel,
} from '@umbra/core/trainer'
import type { PlannedArm } from './plan/planned-arm.js'
import { writeFileNow } from '@umbra/core/files'
import { environmentOf, environmentSchema } from './store/environment.js'
import type { ArmResult } from './store/arm-result.js'
import type { SearchOutcome } from './search/search.js'
import type { Session } from './execute/session.js'

/** Keeps `record.json` of a run up to date: what has finished so far, in the form reports are made of. */
export interface RecordKeeper {
  readonly add: (result: ArmResult) => void
  /** Writes and returns what is known now. */
  readonly write: () => ComparisonRecord
}

export interface RecordParts {
  readonly arms: readonly PlannedArm[]
  readonly teachers: ReadonlyMap<string, readonly TeacherFigures[]>
  readonly searches: readonly SearchOutcome[]
}

/** What a record says of the sessions that made it. */
const earlierSchema = z.object({ environment: environmentSchema, seconds: z.number() })

export function createRecordKeeper(session: Session, parts: RecordParts): RecordKeeper {
  const { folder, now, started, trained } = session
  const results = new Map<string, ArmResult>()
  const earlier = earlierSchema.safeParse(folder.readJson('record.json')).data
  const environment = environmentOf(session.registry, session.engine.info, session.baseDir)
  // Looking at a finished run again adds no time to it, and it was not made here and now.
  const made = (): Pick<ComparisonRecord, 'environment' | 'seconds'> =>
    earlier !== undefined && !trained()
      ? earlier
      : { environment, seconds: (earlier?.seconds ?? 0) + (now() - started) / 1000 }
  const base = baseOf(session)
  const students = new Map(session.config.pairs.map((pair) => [pair.id, studentOf(session, pair.id)]))

  const record = (): ComparisonRecord => ({
    ...base,
    ...made(),
    pairs: session.config.pairs.map(({ id }) => ({
      id,
      student: students.get(id)!,
      teachers: parts.teachers.get(id) ?? [],
      methods: methodsOf(session, id, parts, results),
    })),
  })
  const write = (): ComparisonRecord => {
    const now = record()
    writeFileNow(join(folder.path, 'record.json'), `${JSON.stringify(now, null, 1)}\n`)
    return now
  }
  return { add: (result) => void results.set(result.arm, result), write }
}

function baseOf(session: Session): Omit<ComparisonRecord, 'environment' | 'seconds' | 'pairs'> {
  const { name, command, created, config, dataset, registry } = session
  const hooks = (config.hooks ?? []).map(({ id, options }) => ({
    id,
    options: registry.parse(registry.get('hooks', id), options),
  }))
  return {
    name,
    command,
    created,
    dataset: {
      id: config.dataset.id,
      classes: dataset.classes.length,
      train: dataset.train.count,
      validation: dataset.validation?.count ?? 0,
      test: dataset.test.count,
      sources: dataset.sources.map(({ file, sha256 }) => ({ name: file.split(/[\\/]/).at(-1)!, sha256 })),
      ...(dataset.credit === undefined ? {} : { credit: dataset.credit }),
    },
    recipe: config.recipe,
    ...(hooks.length === 0 ? {} : { hooks }),
    seeds: config.seeds,
  }
}

function studentOf(
  { config, registry, dataset }: Session,
  pair: string,
): { readonly label: string; readonly parameters: number } {
  const choice = config.pairs.find(({ id }) => id === pair)!.student.model
  const { model } = buildModel(registry, choice, dataset, 0)
  const parameters = model.countParams()
  model.dispose()
  return { label: choice.id, parameters }
}

function methodsOf(
  { config, registry }: Session,
  pair: string,
  { arms, searches }: RecordParts,
  results: ReadonlyMap<string, ArmResult>,
): MethodFigures[] {
  return config.methods.map(({ id, label, options }) => {
    const own = arms.filter((arm) => arm.pair.id === pair && arm.method.label === label)
    const searched = searches.find((outcome) => outcome.pair === pair && outcome.label === label)
    const done = own.flatMap((arm) => results.get(arm.id) ?? [])
    // A search in which every trial failed leaves nothing to be trained.
    const failed = searched?.failed
    return {
      id,
      label,
      title: registry.get('method', id).title,
      options: own[0]?.method.options ?? options,
      ...(searched === undefined ? {} : { search: searched.search }),
      arms:
        failed === undefined
          ? done.map(figuresOf)
          : config.seeds.map((seed) => ({ ...nothing, seed, failed })),
    }
  })
}

const nothing = { status: 'failed', history: [], seconds: 0, imagesPerSecond: 0 } as const

const failureIn = ({
  code,
  reason,
  epoch,
}: NonNullable<ArmResult['failed']>): NonNullable<ArmFigures['failed']> => ({
  code,
  reason,
  ...(epoch === undefined ? {} : { epoch }),
})

function figuresOf({
  seed,
  evaluation,
  best,
  average,
  stopped,
  failed,
  history,
  seconds,
  imagesPerSecond,
  ownSeconds,
}: ArmResult): ArmFigures {
  return {
    seed,
    status: failed === undefined ? 'finished' : 'failed',
    history: history.map(({ epoch, train, validation, average }) => ({
      epoch,
      train,
      ...(validation === undefined ? {} : { validation }),
      ...(average === undefined ? {} : { average }),
    })),
    seconds,
    imagesPerSecond,
    ...(ownSeconds === undefined ? {} : { ownSeconds }),
    ...(failed === undefined ? {} : { failed: failureIn(failed) }),
    ...(evaluation === undefined ? {} : { last: evaluation }),
    ...(best?.test === undefined ? {} : { best: { ...best, test: best.test } }),
    ...(average === undefined ? {} : { average }),
    ...(stopped === undefined ? {} : { stopped }),
  }
}
