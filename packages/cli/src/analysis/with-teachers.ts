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

/** Where teachers are made ready. */
export interface TeacherSetting {
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
  { config, registry: plugins, baseDir }: TeacherSetting,
  teachers: readonly TeacherConfig[],
  { signal, takeOver, retrainBefore, ...defaults }: AnalysisContext,
  work: (ready: readonly ReadyTeacher[], context: TeacherWorkContext) => Promise<T>,
): Promise<T> {
  const scope = openScope(plugins, defaults)
  const { registry, engine, listen } = scope
  const dataset = await loadSplitDataset(registry, config, { baseDir, cacheDir: cacheDir(), listen })
  const built = await checkModels(teacherModels(teachers), { registry, dataset })
  const identities = createIdentities(registry, dataset, built.contents)
  const context = {
    ...{ scope, engine, listen, signal, takeOver, dataset, identities },
    ...hashDataset(dataset),
    storeDir: storeDirOf(config),
  }
  const sizes = createModelSizes(registry, dataset, built.sizes)
  const { threads } = config
  const planned = teacherStages({ config: { threads, pairs: [{ teachers }] }, dataset, sizes })
  if (planned.length > 0) listen({ type: 'plan', stages: planned.map(({ stage }) => stage) })
  const operations = createOperations({ registry, dataset, identities })
  const setting = { ...context, operations, retrainBefore, registry, baseDir, now: scope.now }
  const ready = await readyTeachers(await identifyTeachers(teachers, setting), setting)
  try {
    await checkTeachers(ready, setting)
    return await work(ready, context)
  } finally {
    for (const { model } of ready) model.dispose()
  }
}
