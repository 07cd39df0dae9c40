import type { ImageSet } from '../contracts/dataset.js'
import type { Evaluation } from '../contracts/events.js'
import type { EvaluatedEpoch, EvaluationInfo } from '../contracts/hooks.js'
import { storeVariables } from '../checkpoint/stored-variables.js'
import { valueAt } from '../schedules/schedule.js'
import type { Arm } from './arm.js'
import type { ArmRecord } from './arm-record.js'
import { noteBest, studentVariables } from './best-epoch.js'
import type { Cohort } from './cohort.js'
import type { CohortOptions } from './cohort-options.js'
import { evaluateArm } from './evaluate-arm.js'
import { failingAlone } from './failing-alone.js'
import { emptySums, meansOf } from './metrics-log.js'
import { withAverage } from './offered-average.js'

/** Closes an epoch (0-based) of every arm: means, evaluation on validation where it is due, best weights, reasons to stop. */
export async function endEpoch(cohort: Cohort, epoch: number, options: CohortOptions): Promise<void> {
  const { recipe, hooks, stage, data } = options
  const due = (epoch + 1) % recipe.evaluateEvery === 0 || epoch + 1 === recipe.epochs
  const images = due ? data.validation : undefined
  if (images !== undefined) cohort.pull()
  for (const arm of cohort.arms) {
    const record = cohort.recordOf(arm.spec.id)
    // After a kill between the checkpoints of two arms, one of them has finished this epoch already.
    if (record.history.length > epoch) continue
    const entry = {
      epoch,
      train: { ...meansOf(record.sums), weights: weightsAt(arm, epoch + 1, recipe.epochs) },
    }
    // The sums object is shared with the metrics log: it is emptied, not replaced.
    Object.assign(record.sums, emptySums())
    if (images === undefined) record.history.push(entry)
    else await failingAlone(cohort, epoch, () => evaluateEpoch(cohort, arm, images, entry, options))
  }
  await hooks.notify('epochEnd', { stage, arms: options.arms.map(({ id }) => id), epoch })
}

async function evaluateEpoch(
  cohort: Cohort,
  arm: Arm,
  images: ImageSet,
  entry: ArmRecord['history'][number],
  options: CohortOptions,
): Promise<void> {
  const { hooks, recipe, stage, listen } = options
  const { epoch } = entry
  const record = cohort.recordOf(arm.spec.id)
  // Aborted while evaluating: the checkpoint made just before holds everything.
  const on = async (weights: EvaluationInfo['weights']): Promise<Evaluation> =>
    evaluateArm(cohort, arm, images, { epoch, set: 'validation', weights }, options)
  const validation = await on('student')
  const average = await withAverage(arm, hooks, () => on('average'))
  record.history.push({ ...entry, validation, ...(average === undefined ? {} : { average }) })
  if (noteBest(record, epoch, validation))
    cohort.best.set(arm.spec.id, await storeVariables(studentVariables(arm)))
  // After the last epoch there is nothing left to stop.
  if (!hooks.has('stop') || epoch + 1 === recipe.epochs) return
  const { id, method, seed } = arm.spec
  const reason = hooks.first('stop', { arm: id, method, seed, epoch, history: evaluatedEpochs(record) })
  if (reason === undefined) return
  record.stopped = { epoch, reason }
  listen({ type: 'arm-stopped', stage, arm: id, ...record.stopped })
}

const evaluatedEpochs = ({ history }: ArmRecord): EvaluatedEpoch[] =>
  history.flatMap(({ epoch, validation, average }) =>
    validation === undefined ? [] : [{ epoch, validation, ...(average === undefined ? {} : { average }) }],
  )

/** Weight of each term at a time in epochs. */
const weightsAt = ({ spec }: Arm, epoch: number, epochs: number): Record<string, number> =>
  Object.fromEntries(
    Object.entries(spec.objective.weights).map(([name, weight]) => [name, valueAt(weight, epoch, epochs)]),
  )
