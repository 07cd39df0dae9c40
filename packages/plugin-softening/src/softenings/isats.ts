import {
  type Scheduled,
  type SofteningDefinition,
  defineSoftening,
  positiveScheduledSchema,
  tf,
  z,
} from '@umbra/core'
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { asymmetricTemperatures } from './ats.js'
import { type TemperatureGrid, gridOptions, gridValue, varianceOverGrid } from './variance-over-grid.js'

/** Which reading of the paper sets the two temperatures from the best shared one, `tau*`. */
export type InstanceRule = 'difference' | 'factors' | 'fixed-tau1'

/** Temperatures of each example, dimensionless, `[batch]`. */
export interface InstanceTemperatures {
  /** `tau*`, always a point of the grid. */
  readonly shared: Tensor1D
  /** Of the labelled class. */
  readonly tau1: Tensor1D
  /** Of the wrong classes. */
  readonly tau2: Tensor1D
}

/** The grid that temperatures are chosen from, and the rule that makes two of the one chosen. */
export interface InstanceOptions extends TemperatureGrid {
  readonly rule: InstanceRule
}

/** `delta`, `factor1`, `factor2` and `tau1`, whichever the rule uses. */
type InstanceScalars = Readonly<Record<string, Scalar>>

/**
 * Temperatures that bring out an example's wrong classes: `tau* = argmax_tau var_{c != y} softmax(z / tau)_c` over a grid,
 * under one temperature shared by all classes; the lowest one where several are best.
 *
 * `difference`: `tau2 = tau*`, `tau1 = tau* + delta`. `factors`: `tau1 = factor1 tau*`, `tau2 = factor2 tau*`.
 * `fixed-tau1`: `tau1` given; `tau2` is the grid point of largest variance under `(tau1, tau2)` among those that are at
 * least `tau* - 2` and leave the labelled class the most probable one; `tau*` where there is none.
 *
 * @param logits raw logits `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @see Fan et al., Exploring Dark Knowledge under Various Teacher Capacities, arXiv 2405.13078; the search, its range and
 * the rules are this project's reading, see the method `isats`
 */
export function instanceTemperatures(
  logits: Tensor2D,
  labels: Tensor1D,
  options: InstanceOptions,
  scalars: InstanceScalars,
): InstanceTemperatures {
  const best = tf.argMax<Tensor1D>(varianceOverGrid(logits, labels, options).logVariance, 1)
  const shared = gridValue(best, options)
  switch (options.rule) {
    case 'difference':
      return { shared, tau1: tf.add(shared, scalars.delta!), tau2: shared }
    case 'factors':
      return { shared, tau1: tf.mul(shared, scalars.factor1!), tau2: tf.mul(shared, scalars.factor2!) }
    case 'fixed-tau1':
      return {
        shared,
        tau1: tf.mul(tf.onesLike(shared), scalars.tau1!),
        tau2: belowFixed(logits, labels, shared, options, scalars.tau1!),
      }
  }
}

const REACH = 2
/** Below the log variance of equal wrong classes. */
const NEVER = -2e30

function belowFixed(
  logits: Tensor2D,
  labels: Tensor1D,
  shared: Tensor1D,
  grid: TemperatureGrid,
  tau1: Scalar,
): Tensor1D {
  const { logVariance, keepsLabel, taus } = varianceOverGrid(logits, labels, grid, tau1)
  const reached = tf.greaterEqual(tf.expandDims(taus, 0), tf.expandDims(tf.sub(shared, REACH), 1))
  const allowed = tf.logicalAnd(reached, keepsLabel)
  const scores = tf.where(allowed, logVariance, tf.fill(logVariance.shape, NEVER))
  const best = gridValue(tf.argMax(scores, 1), grid)
  return tf.where(tf.any(allowed, 1), best, shared)
}

/** Options that `softening/isats` and the method `isats` share. */
export const instanceOptions = {
  ...gridOptions,
  rule: z
    .enum(['difference', 'factors', 'fixed-tau1'])
    .default('difference')
    .describe(
      'How tau1 and tau2 follow from the best shared temperature tau*; the paper’s own rule is not known',
    ),
  delta: positiveScheduledSchema
    .default(1)
    .describe('tau1 - tau2 of the rule `difference`, above 0; inferred, 1 to 2 is sensible'),
  factor1: positiveScheduledSchema
    .default(1.25)
    .describe('tau1 / tau* of the rule `factors`, above 0; inferred from the curves of ATS'),
  factor2: positiveScheduledSchema
    .default(0.75)
    .describe('tau2 / tau* of the rule `factors`, above 0; inferred from the curves of ATS'),
  tau1: positiveScheduledSchema.default(4).describe('tau1 of the rule `fixed-tau1`, above 0'),
}

/** Refuses a grid whose end lies below its start. */
export const gridIsUpright = ({ gridMin, gridMax }: TemperatureGrid): boolean => gridMin <= gridMax
export const GRID_UPSIDE_DOWN: { readonly error: string; path: string[] } = {
  error: 'expected a number that is at least gridMin',
  path: ['gridMax'],
}

const options = z.strictObject(instanceOptions).refine(gridIsUpright, GRID_UPSIDE_DOWN)

/** The scalars of an instance-specific softening, from its options. */
export const instanceScalars = ({
  delta,
  factor1,
  factor2,
  tau1,
}: z.output<typeof options>): Readonly<Record<string, Scheduled>> => ({ delta, factor1, factor2, tau1 })

/** Log-probabilities under each example's own asymmetric temperatures, `[batch, classes]`. */
export function instanceSpecific(
  logits: Tensor2D,
  labels: Tensor1D,
  choice: InstanceOptions,
  scalars: Readonly<Record<string, Scalar>>,
): ReturnType<typeof asymmetricTemperatures> {
  const { tau1, tau2 } = instanceTemperatures(logits, labels, choice, scalars)
  const column = (t: Tensor1D) => tf.expandDims(t, 1)
  return asymmetricTemperatures(logits, labels, { tau1: column(tau1), tau2: column(tau2) })
}

/** Softening `isats`: asymmetric temperatures chosen for each example, see `instanceTemperatures`. */
export const isatsSoftening: SofteningDefinition<typeof options> = defineSoftening({
  id: 'isats',
  summary: 'Asymmetric temperatures chosen for each example where its wrong classes are most distinct.',
  options,
  create: (choice) => ({
    scalars: instanceScalars(choice),
    apply: (logits, labels, scalars) => instanceSpecific(logits, labels, choice, scalars),
  }),
})
