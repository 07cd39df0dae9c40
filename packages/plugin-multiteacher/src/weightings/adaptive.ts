import { UmbraError, type WeightingDefinition, defineWeighting, detach, tf, z } from '@umbra/core'

/**
 * Weights of the shortest vector in the capped hull of some vectors: `min |sum_k a_k g_k|^2`, `0 <= a_k <= C`, `sum a_k = 1`.
 *
 * Moves weight between the pair of vectors that violates optimality most, exactly along that line, a fixed number of
 * times from equal weights; with two vectors a single move is exact. Equal vectors keep equal weights.
 *
 * @param vectors `[K, length]`
 * @param cap C, at least 1/K counts
 * @returns `[K]`, sums to 1
 * @see Fan, Chen, Lin, Working Set Selection Using Second Order Information, JMLR 2005, for choosing pairs by violation
 */
export function minNormWeights(vectors: tf.Tensor2D, cap: number, iterations: number): tf.Tensor1D {
  const count = vectors.shape[0]
  const limit = Math.max(cap, 1 / count)
  const gram = tf.matMul(vectors, vectors, false, true)
  // Relative to the longest vector, so that the guards below mean the same for any scale.
  const kernel = tf.div(gram, tf.maximum(tf.max(gram), TINY))
  let weights: tf.Tensor1D = tf.fill([count], 1 / count)
  const exchanges = count <= 2 ? count - 1 : iterations
  for (let i = 0; i < exchanges; i++) {
    const slope = tf.squeeze<tf.Tensor1D>(tf.matMul(kernel, tf.reshape(weights, [count, 1])), [1])
    const canGrow = tf.less(weights, limit - EDGE)
    const canShrink = tf.greater(weights, EDGE)
    const up = tf.oneHot(tf.argMin(tf.where(canGrow, slope, tf.fill([count], FAR))), count)
    const down = tf.oneHot(tf.argMax(tf.where(canShrink, slope, tf.fill([count], -FAR))), count)
    const direction = tf.sub(tf.cast(up, 'float32'), tf.cast(down, 'float32'))
    const along = tf.sum(tf.mul(direction, slope))
    const image = tf.matMul(kernel, tf.reshape(direction, [count, 1]))
    const curvature = tf.sum(tf.mul(direction, tf.squeeze(image, [1])))
    const room = tf.minimum(
      tf.sum(tf.mul(tf.cast(up, 'float32'), tf.sub(limit, weights))),
      tf.sum(tf.mul(tf.cast(down, 'float32'), weights)),
    )
    const step = tf.div(tf.maximum(tf.neg(along), 0), tf.maximum(curvature, FLAT))
    weights = tf.add(weights, tf.mul(direction, tf.minimum(step, room)))
  }
  return weights
}

const TINY = 1e-30
const FLAT = 1e-7
const EDGE = 1e-7
const FAR = 1e30

/**
 * Weights of AEKD: those of the min-norm point of the gradients `g_k = softmax(z_s / T) - softmax(z_k / T)` of the
 * teachers' losses, averaged over the batch; the same for every sample.
 *
 * @param teacherLogits `K` times `[batch, classes]`
 * @param student logits `[batch, classes]`; no gradient flows into them
 * @returns `[batch, K]`, rows sum to 1
 * @see Du et al., Agree to Disagree, NeurIPS 2020, equation 9
 */
export function adaptiveWeights(
  teacherLogits: readonly tf.Tensor2D[],
  student: tf.Tensor2D,
  { cap, temperature, iterations }: { cap: number; temperature: number; iterations: number },
): tf.Tensor2D {
  const soft = (logits: tf.Tensor2D) => tf.mean(tf.softmax(tf.div<tf.Tensor2D>(logits, temperature)), 0)
  const studentMean = soft(detach(student))
  const gradients = tf.stack(teacherLogits.map((logits) => tf.sub(studentMean, soft(logits)))) as tf.Tensor2D
  const weights = minNormWeights(gradients, cap, iterations)
  return tf.tile(tf.reshape(weights, [1, -1]), [student.shape[0], 1])
}

const options = z.strictObject({
  cap: z
    .number()
    .gt(0)
    .max(1)
    .default(0.6)
    .describe('C, the largest weight, above 0 to 1; at least 1/K counts'),
  temperature: z.number().gt(0).default(4).describe('T at which gradients are compared, above 0'),
  iterations: z
    .int()
    .min(1)
    .max(500)
    .default(50)
    .describe('Exchanges of weight between two teachers, 1 to 500'),
})

/** Weighting `adaptive` (AEKD): the shortest convex combination of the teachers' gradients, no weight above C; see `adaptiveWeights`. */
export const adaptive: WeightingDefinition<typeof options> = defineWeighting({
  id: 'adaptive',
  summary:
    'The convex combination of the teachers’ gradients that is shortest (AEKD), with no weight above C.',
  options,
  create: (search) => ({
    apply: (teacherLogits, _labels, student) => {
      if (student === undefined)
        throw new UmbraError('UMBRA_OPTION', {
          subject: 'weighting "adaptive"',
          expected: 'the student’s logits',
          received: 'none',
          remedy: 'Use it in a method that passes them to its weighting, such as mkd',
        })
      return adaptiveWeights(teacherLogits, student, search)
    },
  }),
})
