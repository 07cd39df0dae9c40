import {
  type MethodDefinition,
  defineMethod,
  detach,
  labelLoss,
  objective,
  positiveScheduledSchema,
  scheduledAtLeast,
  temperedKl,
  tf,
  z,
} from '@umbra/core'
import { mapAll } from '../../shared/at-least-one.js'
import { sumOf } from '../../shared/sum-of.js'

const options = z.strictObject({
  peers: z
    .int()
    .min(1)
    .max(15)
    .default(1)
    .describe('Other students trained together with this one, 1 or more'),
  temperature: positiveScheduledSchema.default(1).describe('T, above 0: softens all networks'),
  mutualWeight: scheduledAtLeast(0)
    .default(1)
    .describe('Weight of the divergence from the others, 0 or more'),
})

/**
 * Mutual learning of students that start from different weights.
 *
 * Terms: `ce` and `mutual` of the student, `peerCe` and `peerMutual` summed over its peers. The other networks are
 * constants in each network's divergence. Teachers are ignored.
 */
export const dml: MethodDefinition<typeof options> = defineMethod({
  id: 'dml',
  title: 'Deep mutual learning',
  summary: 'Several students learn from the labels and from each other; no teacher is needed.',
  paper: { title: 'Deep Mutual Learning', venue: 'CVPR 2018', arxiv: '1706.00384', equations: '4 to 8' },
  formula:
    'L = sum over networks k of [ CE(softmax(z_k), y) + mutualWeight * T^2 / (K - 1) * sum over l != k of KL( softmax(z_l / T) || softmax(z_k / T) ) ], z_l constant, K = peers + 1',
  teachers: { min: 0, max: 64 },
  departures: [
    'All networks take their step together; the paper updates one after the other and evaluates the others anew.',
    'The paper has no temperature: T = 1.',
  ],
  options,
  objective: ({ peers, temperature, mutualWeight }) =>
    objective({
      weights: { ce: 1, mutual: mutualWeight, peerCe: 1, peerMutual: mutualWeight },
      scalars: { temperature },
      peers,
      terms: ({ student, peers: others, target, scalars }) => {
        const networks = mapAll([student, ...others], ({ logits }) => logits)
        const [ce, ...peerCe] = mapAll(networks, (logits) => labelLoss(logits, target))
        const [mutual, ...peerMutual] = mapAll(networks, (logits, k) =>
          divergence(
            networks.filter((_, l) => l !== k),
            logits,
            scalars.temperature,
          ),
        )
        return { ce, mutual, peerCe: sumOf(peerCe), peerMutual: sumOf(peerMutual) }
      },
    }),
})

/** Mean over the other networks of `T^2 KL(other || network)`, `[batch]`; the others are constants. */
const divergence = (
  others: readonly tf.Tensor2D[],
  network: tf.Tensor2D,
  temperature: tf.Scalar,
): tf.Tensor1D =>
  tf.div(sumOf(others.map((other) => temperedKl(detach(other), network, temperature))), others.length)
