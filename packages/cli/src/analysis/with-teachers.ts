import type { Engine, RunListener } from '@umbra/core'
import {
  type MeasureContext,
  type ReadyTeacher,
  type ResolvedConfig,
  type RunScope,
  type TeacherConfig,
  checkModels,
  checkTeachers,
  createIdentities,
  createModelSizes,
  createOperations,
  hashDataset,
  identifyTeachers,
  loadSplitDataset,
  openScope,
  readyTeachers,
  storeDirOf,
  teacherModels,
  teacherStages,
} from '@umbra/experiment'
import type { Registry } from '@umbra/core/trainer'
import { cacheDir } from '@umbra/engine'
import { makeFolder } from '@umbra/core/files'
import { join } from 'node:path'

/** Where teachers are made ready, and for whom. */
export interface TeacherSetting {
  /** Name of the folder of the results, given the teachers' hashes: the store keeps what it refers to. */
  readonly name: (hashes: readonly string[]) => string
  readonly config: Pick<ResolvedConfig, 'dataset' | 'validation' | 'runs' | 'threads'>
  readonly registry: Registry
  readonly baseDir: string
}

export interface AnalysisContext {
  readonly engine: Engine
  readonly signal: AbortSignal
  readonly listen: RunListener
  /** Whether locks that another machine left are taken over. */
  readonly takeOver: boolean
  /** Teachers stored before this moment are trained again; ISO 8601. */
  readonly retrainBefore?: string | undefined
}

/** What is needed to measure teachers: engine, data, store, and the scope that provides them. */
export type TeacherWorkContext = MeasureContext & { readonly scope: RunScope }

/** Loads the data and the teachers, trains teachers that no earlier run has trained, and disposes all of them after `work`. */
export async function withTeachers<T>(
  { name, config, registry: plugins, baseDir }: TeacherSetting,
  teachers: readonly TeacherConfig[],
  { signal, takeOver, retrainBefore, ...defaults }: AnalysisContext,
  work: (ready: readonly ReadyTeacher[], context: TeacherWorkContext) => Promise<T>,
): Promise<T> {
  const scope = openScope(plugins, defaults)
  const { registry, engine, listen } = scope
  const dataset = await loadSplitDataset(registry, config, { baseDir, cacheDir: cacheDir(), listen })
  const built = await checkModels(teacherModels(teachers), { registry, dataset })
  const identities = createIdentities(registry, dataset, built.contents)
  const basis = {
    ...{ scope, engine, listen, signal, takeOver, dataset, identities },
    ...hashDataset(dataset),
    storeDir: storeDirOf(config),
  }
  const sizes = createModelSizes(registry, dataset, built.sizes)
  const { threads } = config
  const planned = teacherStages({ config: { threads, pairs: [{ teachers }] }, dataset, sizes })
  if (planned.length > 0) listen({ type: 'plan', stages: planned.map(({ stage }) => stage) })
  const operations = createOperations({ registry, dataset, identities })
  const identified = await identifyTeachers(teachers, { ...basis, operations, registry, baseDir })
  const run = name(identified.map(({ hash }) => hash))
  // Its folder is what tells a reference from one that is gone.
  makeFolder(join(config.runs, run))
  const context = { ...basis, run }
  const setting = { ...context, operations, retrainBefore, registry, baseDir, now: scope.now }
  const ready = await readyTeachers(identified, setting)
  try {
    await checkTeachers(ready, setting)
    return await work(ready, context)
  } finally {
    for (const { model } of ready) model.dispose()
  }
}
