import { type Scheduled, UmbraError } from '@umbra/core'
import type { CommonOptions } from './feature-options.js'

/** A weight of the first stage only: 0 from epoch `epochs` on. With 0 epochs there is one stage and nothing changes. */
export const firstStage = (weight: Scheduled, epochs: number): Scheduled =>
  epochs === 0 ? weight : { kind: 'steps', values: [plain(weight), 0], milestones: [epochs] }

/** A weight of the second stage only: 0 until epoch `epochs`. */
export const secondStage = (weight: Scheduled, epochs: number): Scheduled =>
  epochs === 0 ? weight : { kind: 'steps', values: [0, plain(weight)], milestones: [epochs] }

/** Options whose labels and term `kd` belong to the second stage only; a `kdWeight` of 0 leaves the term out as before. */
export const commonInSecondStage = <T extends CommonOptions>(options: T, epochs: number): T => ({
  ...options,
  ceWeight: secondStage(options.ceWeight, epochs),
  kdWeight: options.kdWeight === 0 ? 0 : secondStage(options.kdWeight, epochs),
})

function plain(weight: Scheduled): number {
  if (typeof weight === 'number') return weight
  throw new UmbraError('UMBRA_OPTION', {
    subject: 'option "hintEpochs" or "initEpochs"',
    expected: '0 where a weight has a schedule',
    received: `a weight with schedule "${weight.kind}"`,
    remedy: 'Put the stages into the schedules (kind "steps") or give the weights as numbers',
  })
}
