import {
  type MethodDefinition,
  type Objective,
  type TensorRecord,
  defineMethod,
  entryOf,
  tf,
  z,
} from '@umbra/core'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { toEmbedding, width } from '../../shared/layout.js'
import { initialKernel } from '../../shared/projector.js'
import { sumOf } from '../../shared/sum-of.js'
import { type ShapePair, requireBatch } from '../../shared/tap-shapes.js'
import { unitVectors } from '../../shared/unit-vectors.js'

/** The Gaussian kernel `exp(-gamma ||a - b||^2)` on unit vectors, expanded to the power `order` of `a . b`. */
export interface KernelOptions {
  readonly gamma: number
  readonly order: number
}

/**
 * Difference of correlations in a batch: `1/B sum_j (K_s - K_t)_ij^2`,
 * `K_ij = e^(-2 gamma) sum_p (2 gamma)^p / p! (x_i . x_j)^p` of unit vectors, so that the mean is `||K_s - K_t||_F^2 / B^2`.
 *
 * @param student embeddings `[batch, features]`
 * @param teacher the same batch; the number of features may differ
 * @returns `[batch]`, no unit
 * @see Peng et al., arXiv 1904.01802, section 3: the correlation congruence with the Gaussian kernel
 */
function correlationLoss(student: tf.Tensor2D, teacher: tf.Tensor2D, options: KernelOptions): tf.Tensor1D {
  const [s, t] = [correlations(student, options), correlations(teacher, options)]
  return tf.mean(tf.squaredDifference(s, t), 1)
}

function correlations(x: tf.Tensor2D, { gamma, order }: KernelOptions): tf.Tensor2D {
  const unit = unitVectors(x)
  const cosine: tf.Tensor2D = tf.matMul(unit, unit, false, true)
  // Horner's scheme: 1 + a c (1 + a c / 2 (1 + ...)), a = 2 gamma.
  let sum: tf.Tensor2D = tf.onesLike(cosine)
  for (let p = order; p >= 1; p--) sum = tf.add(1, tf.mul(tf.mul(cosine, (2 * gamma) / p), sum))
  return tf.mul(sum, Math.exp(-2 * gamma))
}

/**
 * As released: `sum_f |d_i| |d_{i+1}|` of consecutive examples, `d = student - teacher`, averaged over the B - 1 pairs; the
 * last example has 0. Depends on the order of the batch.
 *
 * @param student embeddings `[batch, features]`, two examples or more
 * @param teacher of the same shape
 * @returns `[batch]`, scaled by B / (B - 1) so that the mean over the batch is the mean over the pairs
 */
export function consecutiveLoss(student: tf.Tensor2D, teacher: tf.Tensor2D): tf.Tensor1D {
  const [batch, features] = student.shape
  const gap = tf.sub(student, teacher)
  // Unlike tf.abs this has no gradient where the gap is 0.
  const size = tf.add(tf.relu(gap), tf.relu(tf.neg(gap)))
  const first = tf.slice(size, [0, 0], [batch - 1, features])
  const next = tf.slice(size, [1, 0], [batch - 1, features])
  const pairs = tf.mul(tf.sum(tf.mul(first, next), 1), batch / (batch - 1))
  return tf.concat([pairs, tf.zeros([1])]) as tf.Tensor1D
}

const options = z.strictObject({
  weight: weightOption(100, 'the correlation term (as-released: 0.02 in the published comparison)'),
  variant: z
    .enum(['sound', 'as-released'])
    .default('sound')
    .describe('sound: the paper’s kernel; as-released: products of consecutive differences of embeddings'),
  gamma: z.number().positive().max(10).default(0.4).describe('Of the Gaussian kernel, above 0 to 10 (sound)'),
  order: z
    .int()
    .min(1)
    .max(10)
    .default(2)
    .describe('Highest power in the kernel’s expansion, 1 to 10 (sound)'),
  embedding: z
    .int()
    .min(1)
    .default(128)
    .describe('Length of the trained embeddings of student and teacher (as-released)'),
  ...commonOptions,
  ...tapOptions(['pooled']),
})

/** Correlation congruence. Terms: `ce`, `cc` (summed over the pairs of taps), and `kd` if it has a weight. */
export const cc: MethodDefinition<typeof options> = defineMethod({
  id: 'cc',
  title: 'Correlation congruence',
  summary:
    'The student reproduces the teacher’s correlations between the examples of a batch, by a Gaussian kernel.',
  paper: {
    title: 'Correlation Congruence for Knowledge Distillation',
    venue: 'ICCV 2019',
    arxiv: '1904.01802',
    equations: 'section 3, the Gaussian kernel and its Taylor expansion',
  },
  formula:
    'L = ceWeight * CE + weight * ||K_s - K_t||_F^2 / B^2, K_ij = e^(-2 gamma) sum_{p <= order} (2 gamma)^p / p! (x_i . x_j)^p, x of length 1; as-released: weight * mean_i sum |d_i| |d_{i+1}|, d = embed(f_s) - embed(f_t)',
  departures: [
    'The published comparison code multiplies differences of neighbours in the batch, so it depends on the batch’s order and has no kernel: that is variant as-released, with weight 0.02.',
    'The default weight 100 belongs to the mean over pairs used here and brings the term to the size of the cross-entropy; it is not a published value.',
    'Features are compared directly, without a trained embedding, which could be made constant in both networks.',
  ],
  options,
  objective: (settings) => (settings.variant === 'sound' ? sound(settings) : asReleased(settings)),
})

const sound = (settings: z.output<typeof options>): Objective =>
  featureObjective(settings, {
    weights: { cc: settings.weight },
    terms: (pairs) => ({
      cc: sumOf(
        pairs.map(({ student, teacher }) =>
          correlationLoss(toEmbedding(student), toEmbedding(teacher), settings),
        ),
      ),
    }),
  })

const asReleased = (settings: z.output<typeof options>): Objective =>
  featureObjective(settings, {
    weights: { cc: settings.weight },
    prepare: (pairs, seed) => ({ variables: embeddings(pairs, seed, settings.embedding) }),
    terms: (pairs, variables) => ({
      cc: sumOf(
        pairs.map(({ student, teacher }, i) =>
          consecutiveLoss(embed(student, variables, `student${i}`), embed(teacher, variables, `teacher${i}`)),
        ),
      ),
    }),
  })

function embeddings(pairs: readonly ShapePair[], seed: number, length: number): TensorRecord {
  requireBatch(pairs, 2)
  return Object.fromEntries(
    pairs
      .flatMap(({ student, teacher }, i): [string, number][] => [
        [`student${i}`, width(student)],
        [`teacher${i}`, width(teacher)],
      ])
      .flatMap(([name, inputs]): [string, tf.Tensor][] => [
        [`${name}Kernel`, initialKernel(inputs, length, seed, name)],
        [`${name}Bias`, tf.zeros([length])],
      ]),
  )
}

const embed = (x: tf.Tensor, variables: TensorRecord, name: string): tf.Tensor2D =>
  tf.add(
    tf.matMul(toEmbedding(x), entryOf(variables, `${name}Kernel`) as tf.Tensor2D),
    entryOf(variables, `${name}Bias`),
  )
