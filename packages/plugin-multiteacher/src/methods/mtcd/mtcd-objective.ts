import {
  type Objective,
  type PartLookup,
  composeTargets,
  detach,
  entryOf,
  labelLoss,
  objective,
  softCrossEntropy,
  tf,
} from '@umbra/core'
import { weightedSum } from '../../shared/weighted-sum.js'
import { contrastBothWays } from './contrast-both-ways.js'
import { embed } from './embed.js'
import { infoNce } from './info-nce.js'
import type { MtcdOptions } from './mtcd-options.js'
import { memoryBytes } from './memory-bytes.js'
import { prepareContrast } from './prepare-contrast.js'

/** Terms: `ce`, `softCe = sum_k w_k tau_s^2 SoftCE(p_k, s)`, `contrast = sum_k w_k L_con(T_k, S)`. */
export function mtcdObjective(options: MtcdOptions, parts: PartLookup): Objective {
  const { studentTap, teacherTap, studentTemperature } = options
  const weighting = parts.weighting(options.weighting, options.weightingOptions)
  const targets = composeTargets(parts, options)
  return objective({
    labels: 'hard',
    weights: { ce: options.ceWeight, softCe: options.softWeight, contrast: options.contrastWeight },
    scalars: { ...targets.scalars, studentTemperature },
    taps: { student: [studentTap], teacher: [teacherTap] },
    memory: (sizes) => (options.form === 'crd' ? memoryBytes({ ...sizes, dimension: options.dimension }) : 0),
    prepare: (shapes, seed) => prepareContrast(shapes, seed, options, targets),
    terms: ({ student, teachers, target, labels, ids, scalars, variables, state }) => {
      const t = scalars.studentTemperature
      const logits = teachers.map((teacher) => teacher.logits)
      const weights = detach(weighting.apply(logits, labels, student.logits))
      const next: Record<string, tf.Tensor> = {}
      const logStudent: tf.Tensor2D = tf.logSoftmax(tf.div(student.logits, t))
      const soft = logits.map((z, k) => {
        const enhanced = targets.apply(z, labels, scalars, state, `teacher${k}.`)
        Object.assign(next, enhanced.state)
        return softCrossEntropy(enhanced.logProbabilities, logStudent)
      })
      const contrast = teachers.map((teacher, k) => {
        const embeddings = {
          student: embed(student.tap(studentTap), variables, `student${k}`),
          teacher: embed(teacher.tap(teacherTap), variables, `teacher${k}`),
        }
        if (options.form === 'infonce')
          return infoNce(embeddings.student, embeddings.teacher, labels, options.contrastTemperature ?? 0.2)
        const { loss, memories } = contrastBothWays({ embeddings, labels, ids, state, k, options })
        Object.assign(next, memories)
        return loss
      })
      if (options.form === 'crd') next.bankLabels = entryOf(state, 'bankLabels')
      const terms = {
        ce: labelLoss(student.logits, target),
        softCe: tf.mul<tf.Tensor1D>(weightedSum(soft, weights), tf.square(t)),
        contrast: weightedSum(contrast, weights),
      }
      return [terms, next]
    },
  })
}
