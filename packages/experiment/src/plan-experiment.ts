import { hashDataset } from './identity/data-hash.js'
import { createIdentities } from './identity/identities.js'
import { createOperations } from './operations/operations.js'
import { armLimit } from './plan/arm-limit.js'
import { checkModels, modelsOf } from './plan/check-models.js'
import type { CheckedExperiment, Experiment } from './plan/experiment.js'
import { identifyStudents } from './plan/identify-students.js'
import { keptCopies } from './plan/kept-copies.js'
import { listArms } from './plan/list-arms.js'
import { createModelSizes } from './plan/model-sizes.js'
import { methodMemory } from './plan/method-memory.js'
import { planRun } from './plan/run-plan.js'
import type { RunScope } from './run-scope.js'
import { openRates } from './store/rates.js'
import { storeDirOf } from './store/store-dir.js'
import { type SplitDataset, loadSplitDataset } from './teachers/load-dataset.js'
import { type TeacherIdentity, identifyTeachers } from './teachers/teacher-identity.js'

/** Where an experiment is planned. */
export interface PlanInput {
  readonly scope: RunScope
  readonly cacheDir: string
  /** The data set, if it is already loaded. */
  readonly dataset?: SplitDataset
  /** Whether the process that leads the run has checked the models; false when left out. */
  readonly modelsChecked?: boolean
}

/**
 * Plans an experiment: loads its data, checks its models, identifies its teachers and lists its arms with their hashes.
 * Trains nothing and writes nothing. Throws what reading the data set and weight files throws, and all problems of models at once.
 */
export async function planExperiment(
  checked: CheckedExperiment,
  { scope, cacheDir, dataset: loaded, modelsChecked = false }: PlanInput,
): Promise<Experiment> {
  const { config, command, baseDir, executor } = checked
  const { registry, engine, now, listen } = scope
  const dataset = loaded ?? (await loadSplitDataset(registry, config, { baseDir, cacheDir, listen }))
  const built = modelsChecked ? undefined : await checkModels(modelsOf(checked), { registry, dataset })
  const identities = createIdentities(registry, dataset, built?.contents)
  const operations = createOperations({ registry, dataset, identities })
  const basis = { registry, engine, dataset, identities, operations, ...hashDataset(dataset) }
  const studentOf = await identifyStudents(config, identities)
  const teachers = new Map<string, readonly TeacherIdentity[]>()
  for (const pair of config.pairs)
    teachers.set(pair.id, await identifyTeachers(pair.teachers, { ...basis, baseDir }))
  const methodBytes = methodMemory({ config, methods: checked.methods, samples: dataset.train.count })
  const storeDir = storeDirOf(config)
  const sizes = createModelSizes(registry, dataset, built?.sizes)
  const copies = keptCopies(registry, config.hooks ?? [])
  const context = { ...checked, ...basis, teachers, studentOf }
  const experiment = {
    ...context,
    ...{ now, cacheDir, storeDir, sizes, copies },
    arms: command === 'tune' ? [] : listArms(context),
    maxArms: armLimit({ config, sizes, executor, copies, methodBytes }),
    rates: openRates(storeDir, engine.info),
  }
  return { ...experiment, plan: () => planRun(experiment) }
}
