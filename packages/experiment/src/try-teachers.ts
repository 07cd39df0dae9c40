import type { Experiment } from './plan/experiment.js'
import type { RunScope } from './run-scope.js'
import { checkTeachers } from './teachers/check-teachers.js'
import { readyTeachers } from './teachers/ready-teachers.js'

/** Opens the weight files of an experiment's teachers and tries each on a few images, without training or keeping anything. */
export async function tryTeachers(
  experiment: Experiment,
  { listen }: Pick<RunScope, 'listen'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const context = { ...experiment, listen, signal, takeOver: false }
  const loaded = [...experiment.teachers.values()].flat().filter(({ config }) => 'weights' in config)
  for (const teacher of new Map(loaded.map((each) => [each.hash, each])).values()) {
    const ready = await readyTeachers([teacher], context)
    try {
      await checkTeachers(ready, context)
    } finally {
      for (const { model } of ready) model.dispose()
    }
  }
}
