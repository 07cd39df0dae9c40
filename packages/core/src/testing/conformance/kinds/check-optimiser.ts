import type { Tensor } from '@tensorflow/tfjs-core'
import type { OptimiserDefinition, OptimiserLookup } from '../../../contracts/optimiser.js'
import { type BoundOptimiser, bindOptimiser } from '../../../optim/bind-optimiser.js'
import { parseOptions } from '../../../options/parse-options.js'
import { tf } from '../../../tf.js'
import { scoped } from '../../../util/scoped.js'
import { checkOptions } from '../checks/options.js'
import { mapRecord, normal, type Numbers, same, toTensor } from '../numbers.js'
import { watchingPurity } from '../purity-watch.js'
import { type Finding, failed, firstFailure, judge, notApplicable, passed, type Verdict } from '../verdict.js'

/** Shapes of weights: of a scalar, a bias, a dense and a convolution kernel. */
const SHAPES = [[], [3], [2, 3], [2, 2, 3, 2]]
const RATE = 0.01

/** Holds an optimiser to what the trainer expects of it; `optimiser` finds the one that it wraps. */
export function checkOptimiser(
  definition: OptimiserDefinition,
  options: Readonly<Record<string, unknown>>,
  optimiser: OptimiserLookup,
): Verdict[] {
  const name = `optimiser "${definition.id}"`
  const first = judge(name, 'options', () => checkOptions(definition.options, options))
  if (first.status === 'failed') return [first]
  const parsed = parseOptions(definition.options, options, name)
  const open = (): BoundOptimiser => bindOptimiser(definition.create(parsed, optimiser), name)
  const update = judge(name, 'update', () => scoped('conformance', () => checkUpdate(open())))
  // What gives no weights cannot be held to what weights do.
  if (update.status === 'failed') return [first, update]
  const purity = judge(name, 'purity', () => scoped('conformance', () => checkPurity(open())))
  return [
    first,
    update,
    purity,
    judge(name, 'finite', () => scoped('conformance', () => checkFinite(open()))),
    judge(name, 'follows', () => scoped('conformance', () => checkFollows(open()))),
    judge(name, 'descends', () => scoped('conformance', () => checkDescends(open()))),
    judge(name, 'leaks', () => checkLeaks(open)),
    purity.status === 'failed'
      ? { subject: name, check: 'resume', ...notApplicable('It is no function of its arguments.') }
      : judge(name, 'resume', () => scoped('conformance', () => checkResume(open))),
  ]
}

/** A weight and what is carried for it. */
interface Moving {
  readonly weight: Tensor
  readonly state: Readonly<Record<string, Tensor>>
}

const weightOf = (shape: readonly number[]): Tensor => toTensor(normal(shape, `weight/${shape.join('x')}`, 1))
const start = (optimiser: BoundOptimiser, weight: Tensor): Moving => ({
  weight,
  state: optimiser.initial(weight),
})

/** One step, from 1. */
function moved(
  optimiser: BoundOptimiser,
  { weight, state }: Moving,
  gradient: Tensor,
  step: number,
  rate = RATE,
): Moving {
  return optimiser.update(weight, gradient, state, scalarsOf(optimiser, step, rate))
}
const scalarsOf = (optimiser: BoundOptimiser, step: number, rate = RATE): Record<string, tf.Scalar> =>
  mapRecord({ ...optimiser.scalars(step, rate), step }, (value) => tf.scalar(value))
const numbersOf = ({ weight, state }: Moving): number[] =>
  [weight, ...Object.values(state)].flatMap((tensor) => [...tensor.dataSync()])

function checkUpdate(optimiser: BoundOptimiser): Finding {
  for (const shape of SHAPES) {
    const variable = tf.variable(weightOf(shape), false)
    try {
      const before = [...variable.dataSync()]
      const gradient = toTensor(normal(shape, 'gradient', 1))
      const state = optimiser.initial(variable)
      const stateBefore = mapRecord(state, (tensor) => [...tensor.dataSync()])
      const { weight } = moved(optimiser, { weight: variable, state }, gradient, 1)
      const touched =
        [variable, gradient, ...Object.values(state)].some((tensor) => tensor.isDisposed) ||
        !same([...variable.dataSync()], before, 0) ||
        Object.entries(state).some(([name, tensor]) => !same([...tensor.dataSync()], stateBefore[name]!, 0))
      if (touched)
        return failed(
          '`update` must leave its arguments as they are and return new values; it changed or disposed one. The trainer assigns them.',
        )
      if (same([...weight.dataSync()], before, 0))
        return failed(`A weight [${shape.join(', ')}] must move along its gradient; it stayed as it was.`)
    } finally {
      variable.dispose()
    }
  }
  return passed(`Weights of ${SHAPES.length} shapes move; names, shapes and types stay.`)
}

/** The same each time, whatever came before, and without a look at values, clocks or chance. */
function checkPurity(optimiser: BoundOptimiser): Finding {
  const shape = [2, 3]
  const [gradient, other] = [toTensor(normal(shape, 'gradient', 1)), toTensor(normal(shape, 'other', 1))]
  const begun = start(optimiser, weightOf(shape))
  const scalars = scalarsOf(optimiser, 1)
  const update = (by: Tensor): Moving => optimiser.update(begun.weight, by, begun.state, scalars)
  const { result, impurities } = watchingPurity(() => update(gradient))
  const first = numbersOf(result)
  update(other)
  const again = numbersOf(update(gradient))
  const failures = impurities.map((text) =>
    text.replace(/^Terms/, 'An update').replace(/ Draw in.*$| What changes.*$/, ''),
  )
  if (!same(first, again, 0))
    failures.push(
      'The same arguments must give the same each time; the second time they do not. Something is kept between calls: carry it in `state`, count with `scalars.step`.',
    )
  return firstFailure(failures, 'A function of its arguments alone.')
}

/** Weights and gradients at their ends: of a dead unit, a bias at its start, a step that exploded. */
const EXTREMES: Readonly<Record<string, readonly [weight: number, gradient: number]>> = {
  'no gradient': [0.5, 0],
  'a weight of zeros': [0, 0.1],
  'a weight and a gradient of zeros': [0, 0],
  'a gradient of 1e12': [0.5, 1e12],
  'a gradient of 1e-30': [0.5, 1e-30],
}

function checkFinite(optimiser: BoundOptimiser): Finding {
  const failures = Object.entries(EXTREMES).flatMap(([when, [weight, gradient]]) => {
    let moving = start(optimiser, tf.fill([3], weight))
    for (let step = 1; step <= 3; step++) moving = moved(optimiser, moving, tf.fill([3], gradient), step)
    return numbersOf(moving).every(Number.isFinite)
      ? []
      : [`Weights and state must stay finite; with ${when} they do not. Guard what is divided by.`]
  })
  for (const step of [1, 2, 10, 1e6]) optimiser.scalars(step, RATE)
  optimiser.scalars(1, 0)
  return firstFailure(failures, 'Weights and state stay finite with gradients and weights of zero, too.')
}

/** Schedules act through `learningRate` alone. */
function checkFollows(optimiser: BoundOptimiser): Finding {
  const weight = weightOf([2, 3])
  const gradient = toTensor(normal([2, 3], 'gradient', 1))
  const distance = (rate: number): number => {
    const next = moved(optimiser, start(optimiser, weight), gradient, 1, rate)
    return tf.norm(tf.sub(next.weight, weight)).dataSync()[0]!
  }
  const [none, once, twice] = [distance(0), distance(RATE), distance(2 * RATE)]
  if (none > 1e-6 * once)
    return failed(
      `A weight must stay where the learning rate is 0; it moved by ${none}. Use \`scalars.learningRate\`, not the option \`lr\`.`,
    )
  if (twice <= once)
    return failed(
      `A larger learning rate must move a weight further; twice the rate moved it by ${twice}, after ${once}.`,
    )
  return passed('The learning rate of the step decides how far a weight moves.')
}

const DESCENT = 200

/** `|w - a|^2 / 2`, from a distance of about 1. */
function checkDescends(optimiser: BoundOptimiser): Finding {
  const goal = weightOf([2, 3])
  let moving = start(optimiser, tf.add(goal, toTensor(normal([2, 3], 'offset', 1))))
  const distance = (): number => tf.norm(tf.sub(moving.weight, goal)).dataSync()[0]!
  const before = distance()
  for (let step = 1; step <= DESCENT; step++)
    moving = scoped('step', () => moved(optimiser, moving, tf.sub(moving.weight, goal), step))
  const after = distance()
  if (after < 0.9 * before) return passed(`${DESCENT} steps down a parabola bring it nearer to its bottom.`)
  return failed(
    `${DESCENT} steps down a parabola must bring it nearer to its bottom; its distance was ${before.toPrecision(3)} and is ${after.toPrecision(3)}. Is the sign of the step right?`,
  )
}

function checkLeaks(open: () => BoundOptimiser): Finding {
  const optimiser = open()
  const run = (): void => {
    scoped('conformance', () => {
      const begun = start(optimiser, weightOf([2, 3]))
      moved(optimiser, begun, begun.weight, 1)
    })
  }
  const before = tf.memory().numTensors
  run()
  run()
  const left = tf.memory().numTensors - before
  return firstFailure(
    left === 0
      ? []
      : [
          `A step must leave no tensor behind; two left ${left}. Something is kept with tf.keep, or is a variable.`,
        ],
    'No tensor is left behind.',
  )
}

/** Two steps, a checkpoint and two more are the bits of four steps. */
function checkResume(open: () => BoundOptimiser): Finding {
  const shape = [2, 3]
  const gradients = [1, 2, 3, 4].map((i): Numbers => normal(shape, `gradient-${i}`, 1))
  const run = (optimiser: BoundOptimiser, from: Moving, first: number, last: number): Moving => {
    let moving = from
    for (let step = first; step <= last; step++)
      moving = moved(optimiser, moving, toTensor(gradients[step - 1]!), step)
    return moving
  }
  const through = open()
  const whole = run(through, start(through, weightOf(shape)), 1, 4)
  const interrupted = open()
  const saved = run(interrupted, start(interrupted, weightOf(shape)), 1, 2)
  const resumed = run(open(), saved, 3, 4)
  if (same(numbersOf(whole), numbersOf(resumed), 0))
    return passed('Two steps, a checkpoint and two more steps are the bits of four steps.')
  return failed(
    'Two steps, a checkpoint and two more steps must be the bits of four steps; they are not. Something that is carried is not in `state`, or `scalars` count their calls.',
  )
}
