import { type GoldenCase, type GoldenDefinition, type GoldenOutcome, defineGolden, tf, z } from '@umbra/core'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { attentionLoss } from '../methods/at.js'
import { consecutiveLoss } from '../methods/cc.js'
import { hintLoss } from '../methods/fitnet.js'
import { flowLosses } from '../methods/fsp.js'
import { selectivityLoss } from '../methods/nst.js'
import { neighbourhoodLoss } from '../methods/pkt.js'
import { angleLoss, distanceLoss } from '../methods/rkd.js'
import { similarityLoss } from '../methods/sp.js'
import { type VariationalRegressor, variationalLoss } from '../methods/vid.js'
import { type LossAndTerms, evaluateLoss, numbered, toChannelsLast } from './feature-case.js'

const options = z.strictObject({})
type Golden = GoldenDefinition<typeof options>
type Hyper = GoldenCase['hyper']

/** Numbered feature maps of both networks; the terms are `pair_0`, `pair_1`, ... */
function onMaps(
  golden: GoldenCase,
  losses: (student: readonly Tensor4D[], teacher: readonly Tensor4D[]) => readonly Tensor1D[],
): GoldenOutcome {
  return evaluateLoss(golden.inputs, (inputs) => {
    const maps = (prefix: string) => numbered(inputs, prefix).map((x) => toChannelsLast(x) as Tensor4D)
    const means = losses(maps('student_feat_'), maps('teacher_feat_')).map((term) => tf.mean<Scalar>(term))
    return {
      loss: tf.addN(means),
      terms: Object.fromEntries(means.map((term, i) => [`pair_${i}`, term])),
    }
  })
}

/** One embedding of each network. */
const onEmbeddings = (
  golden: GoldenCase,
  loss: (student: Tensor2D, teacher: Tensor2D, hyper: Hyper) => LossAndTerms,
): GoldenOutcome =>
  evaluateLoss(golden.inputs, ({ student_embedding, teacher_embedding }) =>
    loss(student_embedding as Tensor2D, teacher_embedding as Tensor2D, golden.hyper),
  )

const family = (id: string, summary: string, evaluate: (golden: GoldenCase) => GoldenOutcome): Golden =>
  defineGolden({ id, summary, options, evaluate })

const eachPair =
  (loss: (student: Tensor4D, teacher: Tensor4D, hyper: Hyper) => Tensor1D) =>
  (golden: GoldenCase): GoldenOutcome =>
    onMaps(golden, (student, teacher) => student.map((s, i) => loss(s, teacher[i]!, golden.hyper)))

const mean = (term: Tensor1D): Scalar => tf.mean(term)

export const fitnetGolden = family(
  'fitnet',
  'The hint loss of method fitnet, after its regressor.',
  eachPair((s, t) => hintLoss(s, t)),
)

export const atGolden = family(
  'at',
  'The attention loss of method at.',
  eachPair((s, t, { p }) => attentionLoss(s, t, { p: p as number, signed: true })),
)

export const spGolden = family(
  'sp',
  'The similarity loss of method sp.',
  eachPair((s, t) => similarityLoss(s, t)),
)

export const nstGolden = family(
  'nst',
  'The selectivity loss of method nst.',
  eachPair((s, t) => selectivityLoss(s, t)),
)

export const fspGolden = family('fsp', 'The flow loss of method fsp.', (golden) => onMaps(golden, flowLosses))

export const ccGolden = family('cc', 'The term of method cc, as released.', (golden) =>
  onEmbeddings(golden, (s, t) => ({ loss: mean(consecutiveLoss(s, t)) })),
)

export const pktGolden = family('pkt', 'The neighbourhood loss of method pkt.', (golden) =>
  onEmbeddings(golden, (s, t) => ({ loss: mean(neighbourhoodLoss(s, t)) })),
)

export const rkdGolden = family('rkd', 'Both terms of method rkd.', (golden) =>
  onEmbeddings(golden, (s, t, { w_distance, w_angle }) => {
    const [distance, angle] = [mean(distanceLoss(s, t)), mean(angleLoss(s, t))]
    const loss: Scalar = tf.add(tf.mul(distance, w_distance as number), tf.mul(angle, w_angle as number))
    return { loss, terms: { distance, angle } }
  }),
)

export const vidGolden = family(
  'vid',
  'The variational loss of method vid, its regressor included.',
  (golden) =>
    evaluateLoss(golden.inputs, (inputs) => {
      // Kernels stand as [outputs, inputs, 1, 1].
      const kernel = (x: Tensor) => tf.transpose<Tensor2D>(tf.squeeze(x, [2, 3]))
      const regressor: VariationalRegressor = {
        kernels: [kernel(inputs.conv1!), kernel(inputs.conv2!), kernel(inputs.conv3!)],
        logScale: inputs.log_scale as Tensor1D,
      }
      const [s, t] = [inputs.student_feat!, inputs.teacher_feat!].map((x) => toChannelsLast(x) as Tensor4D)
      return { loss: mean(variationalLoss(s!, t!, regressor)) }
    }),
)

/** How the published cases of the methods on features and relations are computed. */
export const featureGolden: readonly Golden[] = [
  fitnetGolden,
  atGolden,
  spGolden,
  ccGolden,
  vidGolden,
  rkdGolden,
  pktGolden,
  nstGolden,
  fspGolden,
]
