import type { ReadyTeacher, StageContext } from './train-once.js'

/** Inputs of a measure of a teacher. */
export type MeasureContext = Pick<
  StageContext,
  'engine' | 'dataset' | 'dataHash' | 'testHash' | 'identities' | 'storeDir' | 'signal' | 'listen' | 'run'
>
/** Dark-knowledge measures of a teacher, by name. */
export type MeasureTeacher = (
  teacher: ReadyTeacher,
  context: MeasureContext,
) => Promise<Readonly<Record<string, number>>>
