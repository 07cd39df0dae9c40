import { UmbraError } from '@umbra/core'
import { type ArmResult, interrupted } from '@umbra/core/trainer'
import type { PlannedArm } from '../plan/planned-arm.js'
import { recordRates } from '../plan/record-rates.js'
import { plannedStage, stageName } from '../plan/stages.js'
import { groupArms } from '../plan/group-arms.js'
import { armEnd } from './arm-end.js'
import { renewArms, taughtByOthers } from './renew-arms.js'
import type { Run } from './run.js'

/** How often the executor is given the same arms. */
const ROUNDS = 2

/**
 * Gives every arm a result: loaded if this or another run has trained it, else trained by the executor
 * in cohorts. Throws UMBRA_INTERRUPTED on abort.
 */
export async function trainArms(
  run: Run,
  arms: readonly PlannedArm[],
): Promise<ReadonlyMap<string, ArmResult>> {
  const { runner, listen, signal, experiment } = run
  const { files } = runner
  const fit =
    ({ pair }: PlannedArm) =>
    (result: ArmResult) =>
      !taughtByOthers(run.teachers.get(pair.id), result)
  const stage = (arm: PlannedArm): string => stageName(experiment.config, arm)
  renewArms(run, arms)
  const open: PlannedArm[] = []
  for (const arm of arms) {
    const there = files.read(arm.folder, arm.id, arm.hash)
    const adopted =
      there === undefined && !run.overwrite ? files.adopt(arm.folder, arm.id, arm.hash, fit(arm)) : undefined
    const result = there ?? adopted
    if (result === undefined) open.push(arm)
    else listen(armEnd(stage(arm), result, true, adopted?.made))
  }
  for (const name of new Set(arms.map(stage)))
    if (!open.some((arm) => stage(arm) === name))
      listen({ type: 'stage-end', stage: name, seconds: 0, cached: true })
  const without = (): PlannedArm[] =>
    open.filter((arm) => files.result(arm.folder, arm.id, arm.hash) === undefined)
  // A second round for arms that the executor left without a result; finished ones are not trained again.
  for (let round = 0, left = open; round < ROUNDS && left.length > 0 && !signal.aborted; round++) {
    if (round > 0) {
      const names = left.map(({ id }) => id).join(', ')
      listen({ type: 'notice', text: `the executor left ${names} without a result; trying again` })
    }
    await executeCohorts(run, left, stage)
    left = without()
  }
  if (signal.aborted) throw interrupted()
  return new Map(
    arms.map((arm) => {
      const result = files.result(arm.folder, arm.id, arm.hash)
      if (result !== undefined) return [arm.id, result]
      throw new UmbraError('UMBRA_WORKER', {
        subject: `executor "${experiment.config.executor.id}"`,
        expected: `a result of arm "${arm.id}"`,
        received: 'none after training',
      })
    }),
  )
}

/** Groups arms, announces their stages and gives them to the executor. */
async function executeCohorts(
  { experiment, runner, job, signal, listen, watch }: Run,
  arms: readonly PlannedArm[],
  stage: (arm: PlannedArm) => string,
): Promise<void> {
  const { config, executor, rates, maxArms } = experiment
  const cohorts = groupArms(arms, {
    stage,
    maxArms,
    several: config.pairs.length > 1,
    steps: (arm) => runner.checkpoints(arm.folder, arm).ownSteps(),
  })
  const planned = cohorts.map((cohort) => plannedStage(experiment, cohort, executor.processes ?? 1))
  listen({ type: 'plan', stages: planned.map((timed) => timed.stage) })
  watch(recordRates(planned, rates))
  await executor.run(cohorts, { job, train: runner.train, signal, listen })
}
