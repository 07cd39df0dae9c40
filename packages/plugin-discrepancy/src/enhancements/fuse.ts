import {
  type EnhancementDefinition,
  type Scheduled,
  type SoftTargets,
  UmbraError,
  defineEnhancement,
  entryOf,
  lowest,
  oneHot,
  scheduledAtLeast,
  tf,
  valueAt,
  z,
} from '@umbra/core'
import { relationSums } from '../relations/class-relation.js'
import { labelMask, logWrongConditional, withoutLabel } from '../measures/wrong-classes.js'

// Keeps the logarithm of an exact 0 finite; far below any probability a relation has.
const LEAST = 1e-30

/**
 * Mixes the wrong classes with the relations of the labelled class:
 * `p'_y = p_y`, `p'_c = (1 - p_y) [ (1 - rho) q~_c + rho G_yc ]` for `c != y`.
 *
 * Keeps neither a sample's order of wrong classes nor their variance. `rho = 0` is the identity.
 *
 * @param targets `[batch, classes]`, rows sum to 1
 * @param labels class indices, int32 `[batch]`
 * @param relations G of each sample's class, diagonal 0, rows sum to 1, `[batch, classes]`
 * @param rho 0 to 1
 */
export function fuseEnhanced(
  targets: SoftTargets,
  labels: tf.Tensor1D,
  relations: tf.Tensor2D,
  rho: tf.Scalar,
): SoftTargets {
  const { logProbabilities } = targets
  const mask = labelMask(labels, logProbabilities.shape[1])
  const logWrongMass = tf.logSumExp(withoutLabel(logProbabilities, mask), 1, true)
  const conditional = tf.exp(logWrongConditional(logProbabilities, mask))
  const mixed = tf.add(tf.mul(conditional, tf.sub(1, rho)), tf.mul(relations, rho))
  const fused = tf.add<tf.Tensor2D>(tf.log(tf.maximum(mixed, LEAST)), logWrongMass)
  const enhanced = tf.where(mask, logProbabilities, fused)
  return { logProbabilities: enhanced, probabilities: tf.exp(enhanced) }
}

const highest = (schedule: Scheduled): number =>
  Math.max(...[0, 0.25, 0.5, 0.75, 1].map((t) => valueAt(schedule, t, 1)), lowest(schedule))

const options = z.strictObject({
  rho: scheduledAtLeast(0)
    .refine((rho) => highest(rho) <= 1, { error: 'expected a number from 0 to 1' })
    .default(0.3)
    .describe('Share of the class relations, 0 to 1'),
  relations: z
    .union([z.literal('moving'), z.array(z.array(z.number().min(0)))])
    .default('moving')
    .describe(
      'G: one row of probabilities for each class, its diagonal ignored; or moving: estimated while training',
    ),
  momentum: z
    .number()
    .min(0)
    .lt(1)
    .default(0.99)
    .describe(
      'Fraction of the moving relations of a class that is kept when a batch has samples of it, 0 up to but not 1',
    ),
})

/** Enhancement `fuse`: `p'_c = (1 - p_y) [ (1 - rho) q~_c + rho G_yc ]` for the wrong classes, see `fuseEnhanced`. */
export const fuse: EnhancementDefinition<typeof options> = defineEnhancement({
  id: 'fuse',
  summary:
    'Mixes a sample’s wrong classes with the average ones of its class; keeps neither their order nor variance.',
  options,
  create: ({ rho, relations, momentum }) => ({
    scalars: { rho },
    ...(relations === 'moving' && {
      state: (classes: number) => ({ sums: tf.zeros([classes, classes]), weights: tf.zeros([classes, 1]) }),
    }),
    apply: (targets, labels, scalars, state = {}) => {
      const classes = targets.logProbabilities.shape[1]
      const y = oneHot(labels, classes)
      if (relations !== 'moving') {
        const table = relationTable(relations, classes)
        return fuseEnhanced(targets, labels, tf.matMul(y, table), entryOf(scalars, 'rho'))
      }
      const { sums, counts } = relationSums(targets.logProbabilities, labels)
      const seen = tf.cast(tf.greater(counts, 0), 'float32')
      const keep = tf.sub(1, tf.mul(seen, 1 - momentum))
      const means = tf.div(sums, tf.maximum(counts, 1))
      // Sums and weights decay together, so that the first samples of a class count in full.
      const next = {
        sums: tf.add(tf.mul(entryOf(state, 'sums'), keep), tf.mul(means, 1 - momentum)),
        weights: tf.add(tf.mul(entryOf(state, 'weights'), keep), tf.mul(seen, 1 - momentum)),
      }
      const estimate = tf.div<tf.Tensor2D>(next.sums, tf.maximum(next.weights, LEAST))
      return {
        ...fuseEnhanced(targets, labels, tf.matMul(y, estimate), entryOf(scalars, 'rho')),
        state: next,
      }
    },
  }),
})

function relationTable(rows: readonly (readonly number[])[], classes: number): tf.Tensor2D {
  const sum = (row: readonly number[], c: number) => row.reduce((s, x, j) => (j === c ? s : s + x), 0)
  const good = rows.length === classes && rows.every((row, c) => row.length === classes && sum(row, c) > 0)
  if (!good)
    throw new UmbraError('UMBRA_CLASSES', {
      subject: 'option "relations" of enhancement "fuse"',
      expected: `${classes} rows of ${classes} numbers, none of them all 0 off the diagonal`,
      received: `${rows.length} rows`,
    })
  return tf.tensor2d(rows.map((row, c) => row.map((x, j) => (j === c ? 0 : x / sum(row, c)))))
}
