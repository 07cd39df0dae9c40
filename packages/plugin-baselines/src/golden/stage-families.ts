import { type GoldenCase, type GoldenDefinition, type GoldenOutcome, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInputs, goldenRepeats } from '@umbra/core/testing'
import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { marginsFrom } from '../features/bn-margins.js'
import { boundaryLosses } from '../methods/ab.js'
import { factorLoss } from '../methods/ft.js'
import { overhaulLoss } from '../methods/ofd.js'
import { contextLoss } from '../methods/reviewkd.js'
import { evaluateLoss, toChannelsLast } from './feature-case.js'

const options = z.strictObject({})
type Golden = GoldenDefinition<typeof options>
type Maps = readonly Tensor4D[]

/** Loss, terms `pair_0`, ... and gradients by the student's maps alone. */
function onStages(
  golden: GoldenCase,
  losses: (student: Maps, teacher: Maps) => readonly Tensor1D[],
): GoldenOutcome {
  const own = goldenInputs(golden, 'student_feat_')
  const hints = goldenInputs(golden, 'teacher_feat_', own.length).map((x) => toChannelsLast(x) as Tensor4D)
  return evaluateLoss(Object.fromEntries(own.map((x, i) => [`student_feat_${i}`, x])), (values) => {
    const maps = own.map((_, i) => toChannelsLast(values[`student_feat_${i}`]!) as Tensor4D)
    const means = losses(maps, hints).map((term) => tf.mean<Scalar>(term))
    const terms = Object.fromEntries(means.map((term, i) => [`pair_${i}`, term]))
    return { loss: tf.addN(means), terms }
  })
}

const countOf = (golden: GoldenCase): number => goldenInputs(golden, 'student_feat_').length
const abHyper = z.strictObject({ margin: z.number().default(1), feat_num: z.int().optional() })

export const abGolden: Golden = defineGolden({
  id: 'ab',
  summary: 'The boundary losses of method ab on pre-activations of equal shapes.',
  options,
  evaluate: (golden) => {
    const { margin } = goldenHyper(golden, abHyper)
    goldenRepeats(golden, 'feat_num', countOf(golden))
    return onStages(golden, (s, t) => boundaryLosses(s, t, margin))
  },
})

const ftHyper = z.strictObject({ p1: z.int().min(1).default(2), p2: z.int().min(1).default(1) })

export const ftGolden: Golden = defineGolden({
  id: 'ft',
  summary: 'The factor loss of method ft on given factors.',
  options,
  evaluate: (golden) => {
    const powers = goldenHyper(golden, ftHyper)
    return onStages(golden, (s, t) => s.map((map, i) => factorLoss(map, t[i]!, powers)))
  },
})

export const reviewkdGolden: Golden = defineGolden({
  id: 'reviewkd_hcl',
  summary: 'The hierarchical context loss of method reviewkd on maps already fused.',
  options,
  evaluate: (golden) => {
    goldenHyper(golden, options)
    return onStages(golden, (s, t) => s.map((map, i) => contextLoss(map, t[i]!)))
  },
})

const ofdHyper = z.strictObject({ stages: z.int().optional() })

export const ofdGolden: Golden = defineGolden({
  id: 'ofd',
  summary: 'The feature loss of method ofd after its connectors, and the margins.',
  options,
  evaluate: (golden) => {
    goldenHyper(golden, ofdHyper)
    const count = countOf(golden)
    goldenRepeats(golden, 'stages', count)
    const scales = goldenInputs(golden, 'bn_weight_', count)
    const shifts = goldenInputs(golden, 'bn_bias_', count)
    const margins = scales.map((scale, i) => marginsFrom(scale as Tensor1D, shifts[i] as Tensor1D))
    const { loss, grads } = onStages(golden, (s, t) => [overhaulLoss(s, t, margins)])
    const extra = Object.fromEntries(margins.map((margin, i) => [`margin_${i}`, margin]))
    return { loss: loss!, grads: grads!, extra }
  },
})

/** How the published cases of ab, ft, ofd and reviewkd are computed. */
export const stageGolden: readonly Golden[] = [abGolden, ftGolden, ofdGolden, reviewkdGolden]
