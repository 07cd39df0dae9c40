import { type ArmDependencies, planArm, type PlannedArm } from './plan/planned-arm.js'
import type { PairConfig } from './config/experiment-config.js'
import { composeMethod } from './config/check-config.js'
import { createRecordKeeper } from './record-keeper.js'
import { type ComparisonResult, methodResults } from './store/arm-result.js'
import { type SearchOutcome, searchOptions } from './search/search.js'
import { openSession, type RunInput, type Session } from './execute/session.js'
import { trainArms } from './execute/train-arms.js'
import { omit } from '@umbra/core/trainer'
import { teacherFigures } from './teacher-figures.js'

export type ComparisonInput = RunInput

/**
 * Trains every method for every pair and seed; `train` is a comparison of one method.
 *
 * In a seed all methods of a pair have the same initial student, order and augmentation, and share the teacher passes.
 * Options are searched and the best epoch is chosen on images held out from training; the test set is read once, at the
 * end, for the last weights and for the best. What this or another run has finished is not trained again. An arm that
 * fails does so alone and is in the record with its reason. Throws UMBRA_RUN_CHANGED when the run folder belongs to
 * another configuration, UMBRA_RUN_LOCKED when another process works in it, UMBRA_INTERRUPTED on abort (after saving),
 * and what the parts throw.
 */
export async function runComparison(input: ComparisonInput): Promise<ComparisonResult> {
  const session = await openSession(input)
  try {
    return await compareIn(session)
  } finally {
    await session.close()
  }
}

async function compareIn(session: Session): Promise<ComparisonResult> {
  const { config, folder, dataset, registry, name } = session
  const teachers = await teacherFigures(session)
  const searches = await searchOptions(session, (pair) => armDependencies(session, pair), session.maxArms)
  if (searches.length > 0) await folder.writeJson('search.json', searches)
  const arms = planArms(session, searches)
  const keeper = createRecordKeeper(session, { arms, teachers, searches })
  const byId = new Map(arms.map((arm) => [arm.id, arm]))
  session.watch((event) => {
    if (event.type !== 'arm-end') return
    const arm = byId.get(event.arm)
    const result = arm && session.runner.files.result(arm.folder, arm.id, arm.hash)
    if (result === undefined) return
    keeper.add(result)
    keeper.write()
  })
  const results = await trainArms(session, arms, session.maxArms)
  for (const result of results.values()) keeper.add(result)
  const record = keeper.write()
  const [pair] = record.pairs
  const result: ComparisonResult = {
    name,
    runDir: folder.path,
    engine: record.environment.engine,
    dataset: config.dataset.id,
    methods: methodResults(record),
    teachers: record.pairs.flatMap((own) =>
      own.teachers.map(({ label, parameters, evaluation }) => ({ label, parameters, ...evaluation })),
    ),
    student: pair!.student,
    seconds: record.seconds,
    record,
    ...(dataset.credit === undefined ? {} : { credit: dataset.credit }),
  }
  await folder.writeJson('result.json', omit(result, ['record']))
  await registry.hooks.notify('runEnd', { name })
  return result
}

/** Everything that determines the arms of a pair beside their methods. */
export const armDependencies = (
  { dataHash, teachers, engine }: Session,
  { id }: PairConfig,
): ArmDependencies => ({
  dataHash,
  teacherHashes: teachers.get(id)!.map(({ hash }) => hash),
  engine: engine.info.id,
})

/** Arms of every pair, seed and method, with the options a search has chosen. */
function planArms(session: Session, searches: readonly SearchOutcome[]): PlannedArm[] {
  const { config, registry } = session
  const { recipe } = config
  return config.pairs.flatMap((pair) => {
    const basis = armDependencies(session, pair)
    const chosen = config.methods.flatMap((entry) => {
      const found = searches.find((outcome) => outcome.pair === pair.id && outcome.label === entry.label)
      if (found !== undefined && found.chosen === undefined) return []
      const given = { ...entry, options: { ...entry.options, ...found?.chosen } }
      const options = composeMethod(registry, given, pair).options as Readonly<Record<string, unknown>>
      return [{ entry, options }]
    })
    return config.seeds.flatMap((seed) =>
      chosen.map(({ entry, options }) =>
        planArm(
          { entry, options, pair, seed, recipe, folder: 'arms', name: entry.label },
          config,
          registry,
          basis,
        ),
      ),
    )
  })
}
