import { type GoldenCase, type GoldenDefinition, type GoldenOutcome, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenInputs } from '@umbra/core/testing'
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
import { type LossAndTerms, evaluateLoss, toChannelsLast } from './feature-case.js'

const options = z.strictObject({})
type Golden = GoldenDefinition<typeof options>

/** A family whose losses have no hyper-parameters but those of `hyper`. */
function family<H extends z.ZodType>(
  id: string,
  summary: string,
  hyper: H,
  evaluate: (golden: GoldenCase, hyper: z.output<H>) => GoldenOutcome,
): Golden {
  return defineGolden({
    id,
    summary,
    options,
    evaluate: (golden) => evaluate(golden, goldenHyper(golden, hyper)),
  })
}

const none = z.strictObject({})

/** Numbered feature maps of both networks; the terms are `pair_0`, `pair_1`, ... */
function onMaps(
  golden: GoldenCase,
  losses: (student: readonly Tensor4D[], teacher: readonly Tensor4D[]) => readonly Tensor1D[],
): GoldenOutcome {
  const own = goldenInputs(golden, 'student_feat_')
  const hints = goldenInputs(golden, 'teacher_feat_', own.length).map((x) => toChannelsLast(x) as Tensor4D)
  return evaluateLoss(Object.fromEntries(own.map((x, i) => [`student_feat_${i}`, x])), (inputs) => {
    const maps = own.map((_, i) => toChannelsLast(inputs[`student_feat_${i}`]!) as Tensor4D)
    const means = losses(maps, hints).map((term) => tf.mean<Scalar>(term))
    return {
      loss: tf.addN(means),
      terms: Object.fromEntries(means.map((term, i) => [`pair_${i}`, term])),
    }
  })
}

/** One embedding of each network. */
function onEmbeddings(
  golden: GoldenCase,
  loss: (student: Tensor2D, teacher: Tensor2D) => LossAndTerms,
): GoldenOutcome {
  const teacher = goldenInput(golden, 'teacher_embedding') as Tensor2D
  const student = goldenInput(golden, 'student_embedding')
  return evaluateLoss({ student_embedding: student }, (inputs) =>
    loss(inputs.student_embedding as Tensor2D, teacher),
  )
}

/** A loss of each pair of maps on its own. */
const eachPair = <H extends z.ZodType>(
  id: string,
  summary: string,
  hyper: H,
  loss: (student: Tensor4D, teacher: Tensor4D, hyper: z.output<H>) => Tensor1D,
): Golden =>
  family(id, summary, hyper, (golden, given) =>
    onMaps(golden, (student, teacher) => student.map((s, i) => loss(s, teacher[i]!, given))),
  )

const mean = (term: Tensor1D): Scalar => tf.mean(term)

export const fitnetGolden = eachPair(
  'fitnet',
  'The hint loss of method fitnet, after its regressor.',
  none,
  (s, t) => hintLoss(s, t),
)

export const atGolden = eachPair(
  'at',
  'The attention loss of method at.',
  z.strictObject({ p: z.int().min(1).default(2) }),
  (s, t, { p }) => attentionLoss(s, t, { p, signed: true }),
)

export const spGolden = eachPair('sp', 'The similarity loss of method sp.', none, (s, t) =>
  similarityLoss(s, t),
)

export const nstGolden = eachPair('nst', 'The selectivity loss of method nst.', none, (s, t) =>
  selectivityLoss(s, t),
)

export const fspGolden = family('fsp', 'The flow loss of method fsp.', none, (golden) =>
  onMaps(golden, flowLosses),
)

export const ccGolden = family('cc', 'The term of method cc, as released.', none, (golden) =>
  onEmbeddings(golden, (s, t) => ({ loss: mean(consecutiveLoss(s, t)) })),
)

export const pktGolden = family(
  'pkt',
  'The neighbourhood loss of method pkt.',
  z.strictObject({ eps: z.number().gt(0).optional() }),
  (golden, { eps }) => onEmbeddings(golden, (s, t) => ({ loss: mean(neighbourhoodLoss(s, t, eps)) })),
)

export const rkdGolden = family(
  'rkd',
  'Both terms of method rkd.',
  z.strictObject({ w_distance: z.number().default(25), w_angle: z.number().default(50) }),
  (golden, { w_distance, w_angle }) =>
    onEmbeddings(golden, (s, t) => {
      const [distance, angle] = [mean(distanceLoss(s, t)), mean(angleLoss(s, t))]
      const loss: Scalar = tf.add(tf.mul(distance, w_distance), tf.mul(angle, w_angle))
      return { loss, terms: { distance, angle } }
    }),
)

const TRAINED = ['student_feat', 'conv1', 'conv2', 'conv3', 'log_scale'] as const

export const vidGolden = family(
  'vid',
  'The variational loss of method vid, its regressor included.',
  // The variance before training is in `log_scale` already.
  z.strictObject({ init_pred_var: z.number().gt(0).optional(), eps: z.number().gt(0).optional() }),
  (golden, { eps }) => {
    const hint = toChannelsLast(goldenInput(golden, 'teacher_feat')) as Tensor4D
    const trained = Object.fromEntries(TRAINED.map((name) => [name, goldenInput(golden, name)]))
    return evaluateLoss(trained, (inputs) => {
      // Kernels stand as [outputs, inputs, 1, 1].
      const kernel = (x: Tensor) => tf.transpose<Tensor2D>(tf.squeeze(x, [2, 3]))
      const regressor: VariationalRegressor = {
        kernels: [kernel(inputs.conv1!), kernel(inputs.conv2!), kernel(inputs.conv3!)],
        logScale: inputs.log_scale as Tensor1D,
      }
      const own = toChannelsLast(inputs.student_feat!) as Tensor4D
      return { loss: mean(variationalLoss(own, hint, regressor, { epsilon: eps })) }
    })
  },
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
