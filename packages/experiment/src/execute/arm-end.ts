import type { RunEvent } from '@umbra/core'
import type { ArmResult } from '@umbra/core/trainer'

/** The event that an arm has its result, trained now or earlier. */
export const armEnd = (
  stage: string,
  { arm, hash, failed, final, best, average }: ArmResult,
  cached: boolean,
  reused?: ArmResult['made'],
): RunEvent => ({
  type: 'arm-end',
  ...{ stage, arm, hash, cached },
  failed: failed !== undefined,
  ...(reused === undefined ? {} : { reused }),
  ...(final === undefined ? {} : { final }),
  ...(best === undefined ? {} : { best }),
  ...(average === undefined ? {} : { average }),
})
