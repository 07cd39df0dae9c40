import type { LearningRate, ScheduleDefinition } from '../../../contracts/schedule.js'
import { rateAt } from '../../../optim/learning-rate.js'
import { parseOptions } from '../../../options/parse-options.js'
import { checkOptions } from '../checks/options.js'
import { type Finding, failed, judge, passed, type Verdict } from '../verdict.js'

/** Lengths of runs that a schedule is tried with, in epochs. */
const RUNS = [1, 2, 7, 90, 300]
const STEPS = 40

/** Holds a schedule of the learning rate to what the trainer expects of it. */
export function checkSchedule(
  definition: ScheduleDefinition,
  options: Readonly<Record<string, unknown>> = {},
): Verdict[] {
  const name = `schedule "${definition.id}"`
  const first = judge(name, 'options', () => checkOptions(definition.options, options))
  if (first.status === 'failed') return [first]
  const parsed = parseOptions(definition.options, options, name)
  const created = (): LearningRate => definition.create(parsed)
  return [
    first,
    judge(name, 'rates', () => checkAllRates(created(), name)),
    judge(name, 'order', () => checkOrder(created())),
    judge(name, 'follows', () => checkFollows(created())),
  ]
}

/** Middles of the steps of a run. */
const times = (epochs: number): number[] =>
  Array.from({ length: STEPS }, (_, i) => ((i + 0.5) / STEPS) * epochs)

function checkAllRates(rate: LearningRate, subject: string): Finding {
  for (const epochs of RUNS)
    for (const epoch of times(epochs)) rateAt({ subject, lr: 0.1, rate }, epoch, epochs)
  return passed(`Rates are finite and >= 0 in runs of ${RUNS.join(', ')} epochs.`)
}

/** A resumed run asks from its middle on, and progress is told beside the step. */
function checkOrder(rate: LearningRate): Finding {
  const at = (epoch: number): number => rate({ lr: 0.1, epoch, epochs: 90 })
  const forward = times(90).map(at)
  const backward = times(90).toReversed().map(at).toReversed()
  const differs = forward.findIndex((value, i) => !Object.is(value, backward[i]))
  if (differs < 0) return passed('The rate at a time is the same whatever was asked before.')
  return failed(
    `The rate at a time must not depend on what was asked before; at epoch ${times(90)[differs] ?? 0} it was ${forward[differs] ?? NaN} and then ${backward[differs] ?? NaN}. Compute it from \`epoch\` and \`epochs\` alone.`,
  )
}

function checkFollows(rate: LearningRate): Finding {
  const largest = (lr: number): number =>
    Math.max(...times(90).map((epoch) => rate({ lr, epoch, epochs: 90 })))
  const [one, two] = [largest(0.1), largest(0.2)]
  if (two > one) return passed('The rate follows that of the optimiser.')
  return failed(
    `The rate must follow the optimiser's own, \`lr\`; its largest value is ${one} with an lr of 0.1 and ${two} with one of 0.2.`,
  )
}
