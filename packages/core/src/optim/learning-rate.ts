import type { LearningRate } from '../contracts/schedule.js'
import { UmbraError } from '../errors/umbra-error.js'

/** A schedule with the rate that it starts from, and its name for messages: `schedule "cosine"`. */
export interface BoundRate {
  readonly subject: string
  readonly lr: number
  readonly rate: LearningRate
}

/** The learning rate at an epoch of a run. Throws UMBRA_SCHEDULE for what is not a finite number, 0 or more. */
export function rateAt({ subject, lr, rate }: BoundRate, epoch: number, epochs: number): number {
  // Widened: a plugin may have ignored the type.
  const value: unknown = rate({ lr, epoch, epochs })
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw new UmbraError('UMBRA_SCHEDULE', {
    subject: `${subject} at epoch ${Number(epoch.toFixed(3))} of ${epochs}`,
    expected: 'a finite learning rate >= 0',
    received: String(value),
  })
}

/** Learning rate of a 0-based step: that at the middle of the step, so that a warm-up from zero never wastes its first step. */
export const stepRate =
  (bound: BoundRate, stepsPerEpoch: number, epochs: number) =>
  (step: number): number =>
    rateAt(bound, (step + 0.5) / stepsPerEpoch, epochs)

/** Times at which a schedule is tried before a run. */
const TRIES = 256

/** Throws UMBRA_SCHEDULE where a schedule gives no learning rate at some time of a run. */
export function checkRates(bound: BoundRate, epochs: number): void {
  for (let i = 0; i < TRIES; i++) rateAt(bound, ((i + 0.5) / TRIES) * epochs, epochs)
}
