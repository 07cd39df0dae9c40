import { join } from 'node:path'
import type { Engine, RunListener } from '@umbra/core'
import {
  type MeasureContext,
  type ReadyTeacher,
  type ResolvedConfig,
  type TeacherConfig,
  createModelSizes,
  dataHashOf,
  loadSplitDataset,
  readyTeachers,
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

export interface Surroundings {
  readonly engine: Engine
  readonly signal: AbortSignal
  readonly listen: RunListener
}

/** Loads the data and the teachers, trains those that no earlier run has trained, and disposes them after `work`. */
export async function withTeachers<T>(
  { config, registry, baseDir }: TeacherSetting,
  teachers: readonly TeacherConfig[],
  surroundings: Surroundings,
  work: (ready: readonly ReadyTeacher[], context: MeasureContext) => Promise<T>,
): Promise<T> {
  const { listen } = surroundings
  const dataset = await loadSplitDataset(registry, config, { baseDir, cacheDir: cacheDir(), listen })
  const context = {
    ...surroundings,
    dataset,
    dataHash: dataHashOf(config, dataset),
    storeDir: join(config.runs, '.store'),
  }
  const sizes = createModelSizes(registry, dataset)
  const { threads } = config
  const planned = teacherStages({ config: { threads, pairs: [{ teachers }] }, dataset, sizes })
  if (planned.length > 0) listen({ type: 'plan', stages: planned.map(({ stage }) => stage) })
  const now = performance.now.bind(performance)
  const ready = await readyTeachers({ teachers }, { ...context, registry, baseDir, now })
  try {
    return await work(ready, context)
  } finally {
    for (const { model } of ready) model.dispose()
  }
}
