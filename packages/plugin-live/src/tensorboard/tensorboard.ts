import { join } from 'node:path'
import { defineSink, type RunEvent, type Sink, z } from '@umbra/core'
import { armFolder } from './arm-folder.js'
import { createEventFile, type EventFile } from './event-file.js'
import { evaluationScalars, stepScalars } from './scalars.js'

/** `metrics/<arm>/events.out.tfevents.*`, shown by `tensorboard --logdir runs`. */
export const tensorboard = defineSink({
  id: 'tensorboard',
  summary: 'TensorBoard event files in the run folder, metrics/<arm>/.',
  byDefault: true,
  options: z.strictObject({}),
  open: ({ runDir }) => createTensorboard(join(runDir, 'metrics')),
})

/** Writes every event at once; `clock` gives milliseconds since 1970. */
export function createTensorboard(folder: string, clock: () => number = Date.now): Sink {
  const files = new Map<string, EventFile>()
  /** Steps done in each running stage. */
  const reached = new Map<string, number>()
  const stepsPerEpoch = new Map<string, number>()
  const now = (): number => clock() / 1000

  const fileOf = (stage: string, arm: string): EventFile => {
    const path = join(folder, armFolder(stage, arm))
    const file = files.get(path) ?? createEventFile(path, now())
    files.set(path, file)
    return file
  }
  const start = ({ stage, arms, done }: RunEvent & { readonly type: 'stage-start' }): void => {
    reached.set(stage, done)
    // A resumed run repeats the steps after its checkpoint.
    for (const arm of arms) fileOf(stage, arm).write({ time: now(), restartAt: done + 1 })
  }

  return {
    event: (event) => {
      if (event.type === 'stage-start') start(event)
      else if (event.type === 'step') {
        const { stage, step, steps, epochs } = event
        reached.set(stage, step)
        stepsPerEpoch.set(stage, steps / epochs)
        for (const arm of Object.keys(event.metrics))
          fileOf(stage, arm).write({ time: now(), step, scalars: stepScalars(event, arm) })
      } else if (event.type === 'evaluated' || event.type === 'average-evaluated') {
        const { stage, arm, epoch } = event
        // The best epoch may be evaluated after the last one.
        const perEpoch = stepsPerEpoch.get(stage)
        const step = perEpoch === undefined ? (reached.get(stage) ?? 0) : Math.round((epoch + 1) * perEpoch)
        fileOf(stage, arm).write({ time: now(), step, scalars: evaluationScalars(event) })
      }
    },
    close: () => files.clear(),
  }
}
