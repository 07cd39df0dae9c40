import { UmbraError } from '@umbra/core'
import { interrupted } from '@umbra/core/trainer'
import type { PlannedArm } from '../plan/planned-arm.js'
import { recordRates } from '../plan/record-rates.js'
import { plannedStage, stageName } from '../plan/stages.js'
import { groupArms } from '../plan/group-arms.js'
import type { ArmResult } from '../store/arm-result.js'
import type { Session } from './session.js'

/** How often an executor is asked for the same arms. */
const ROUNDS = 2

/**
 * Gives every arm a result: what this run or another has trained is taken from its files, the rest goes to the executor
 * as cohorts. Throws UMBRA_INTERRUPTED on abort.
 */
export async function trainArms(
  session: Session,
  arms: readonly PlannedArm[],
  maxArms: (arm: PlannedArm) => number,
): Promise<ReadonlyMap<string, ArmResult>> {
  const { runner, listen, executor, job, signal } = session
  const { files } = runner
  const open: PlannedArm[] = []
  for (const arm of arms) {
    const found =
      files.read(arm.folder, arm.id, arm.hash) ??
      (session.overwrite ? undefined : files.adopt(arm.folder, arm.id, arm.hash))
    if (found === undefined) open.push(arm)
    else announce(session, arm, found)
  }
  const stage = (arm: PlannedArm): string => stageName(session.config, arm)
  for (const name of new Set(arms.map(stage)))
    if (!open.some((arm) => stage(arm) === name))
      listen({ type: 'stage-end', stage: name, seconds: 0, cached: true })
  const without = (): PlannedArm[] =>
    open.filter((arm) => files.result(arm.folder, arm.id, arm.hash) === undefined)
  // Once more for arms that an executor has left without a result: what is there is not trained again.
  for (let round = 0, left = open; round < ROUNDS && left.length > 0 && !signal.aborted; round++) {
    if (round > 0) {
      const names = left.map(({ id }) => id).join(', ')
      listen({ type: 'notice', text: `the executor left ${names} without a result; trying again` })
    }
    const cohorts = groupArms(left, {
      stage,
      maxArms,
      several: session.config.pairs.length > 1,
      steps: (arm) => runner.checkpoints(arm.folder, arm).ownSteps(),
    })
    const planned = cohorts.map((cohort) => plannedStage(session, cohort, executor.processes ?? 1))
    listen({ type: 'plan', stages: planned.map((own) => own.stage) })
    session.watch(recordRates(planned, session.rates))
    await executor.run(cohorts, { job, train: runner.train, signal, listen })
    left = without()
  }
  if (signal.aborted) throw interrupted()
  return new Map(
    arms.map((arm) => {
      const result = files.result(arm.folder, arm.id, arm.hash)
      if (result !== undefined) return [arm.id, result]
      throw new UmbraError('UMBRA_WORKER', {
        subject: `executor "${session.config.executor.id}"`,
        expected: `a result of arm "${arm.id}"`,
        received: 'none when it was done',
      })
    }),
  )
}

function announce(session: Session, arm: PlannedArm, result: ArmResult): void {
  const { evaluation: last, best, average, failed } = result
  session.listen({
    type: 'arm-end',
    stage: stageName(session.config, arm),
    arm: arm.id,
    hash: arm.hash,
    cached: true,
    failed: failed !== undefined,
    ...(last === undefined ? {} : { last }),
    ...(best?.test === undefined ? {} : { best: best.test }),
    ...(average === undefined ? {} : { average }),
  })
}
