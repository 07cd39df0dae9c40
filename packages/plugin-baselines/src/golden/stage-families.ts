import { type GoldenCase, type GoldenDefinition, type GoldenOutcome, defineGolden, tf, z } from '@umbra/core'
import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { marginsFrom } from '../features/bn-margins.js'
import { boundaryLosses } from '../methods/ab.js'
import { factorLoss } from '../methods/ft.js'
import { overhaulLoss } from '../methods/ofd.js'
import { contextLoss } from '../methods/reviewkd.js'
import { evaluateLoss, numbered, toChannelsLast } from './feature-case.js'

const options = z.strictObject({})
type Golden = GoldenDefinition<typeof options>
type Maps = readonly Tensor4D[]

/** Loss, terms `pair_0`, ... and gradients by the student's maps alone. */
function onStages(
  { inputs }: GoldenCase,
  losses: (student: Maps, teacher: Maps) => readonly Tensor1D[],
): GoldenOutcome {
  const maps = (all: Readonly<Record<string, Tensor>>, prefix: string): Maps =>
    numbered(all, prefix).map((x) => toChannelsLast(x) as Tensor4D)
  const student = Object.fromEntries(Object.entries(inputs).filter(([name]) => name.startsWith('student_')))
  return evaluateLoss(student, (values) => {
    const means = losses(maps(values, 'student_feat_'), maps(inputs, 'teacher_feat_')).map((term) =>
      tf.mean<Scalar>(term),
    )
    const terms = Object.fromEntries(means.map((term, i) => [`pair_${i}`, term]))
    return { loss: tf.addN(means), terms }
  })
}

export const abGolden: Golden = defineGolden({
  id: 'ab',
  summary: 'The boundary losses of method ab on pre-activations of equal shapes.',
  options,
  evaluate: (golden) =>
    onStages(golden, (s, t) => boundaryLosses(s, t, (golden.hyper as { margin: number }).margin)),
})

export const ftGolden: Golden = defineGolden({
  id: 'ft',
  summary: 'The factor loss of method ft on given factors.',
  options,
  evaluate: (golden) => onStages(golden, (s, t) => s.map((map, i) => factorLoss(map, t[i]!))),
})

export const reviewkdGolden: Golden = defineGolden({
  id: 'reviewkd_hcl',
  summary: 'The hierarchical context loss of method reviewkd on maps already fused.',
  options,
  evaluate: (golden) => onStages(golden, (s, t) => s.map((map, i) => contextLoss(map, t[i]!))),
})

export const ofdGolden: Golden = defineGolden({
  id: 'ofd',
  summary: 'The feature loss of method ofd after its connectors, and the margins.',
  options,
  evaluate: (golden) => {
    const scales = numbered(golden.inputs, 'bn_weight_')
    const shifts = numbered(golden.inputs, 'bn_bias_')
    const margins = scales.map((scale, i) => marginsFrom(scale as Tensor1D, shifts[i] as Tensor1D))
    const { loss, grads } = onStages(golden, (s, t) => [overhaulLoss(s, t, margins)])
    const extra = Object.fromEntries(margins.map((margin, i) => [`margin_${i}`, margin]))
    return { loss: loss!, grads: grads!, extra }
  },
})

/** How the published cases of ab, ft, ofd and reviewkd are computed. */
export const stageGolden: readonly Golden[] = [abGolden, ftGolden, ofdGolden, reviewkdGolden]
